/* A config of any bytes: refused in one line, or printed as a config that reads back as the same. */
#include "fuzz.h"

#include "files/config.h"
#include "files/yaml.h"

static char *print(const struct config *config) {
    struct error err = {.kind = ERROR_NONE};
    struct text text = {0};
    HOLDS(config_print(config, &text, &err));
    char *bytes = text_take(&text, &err);
    HOLDS(bytes != NULL);
    return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    struct error err = {.kind = ERROR_NONE};
    struct tree tree = {0};
    char *text = fuzz_text(bytes, length);
    bool plain = memchr(text, '\0', length) == NULL;
    if (!yaml_read_bytes(&tree, "c", text, length, &yaml_config_limits, &err)) fuzz_error(&err);
    tree_free(&tree);
    struct config config, again;
    err = (struct error){.kind = ERROR_NONE};
    if (plain && config_read_text(&config, "c", text, NULL, 0, &err)) {
        char *one = print(&config);
        if (!config_read_text(&again, "again", one, NULL, 0, &err))
            (void)fprintf(stderr, "%s\n%s\n", err.text, one), abort();
        char *two = print(&again);
        HOLDS(strcmp(one, two) == 0);
        free(one);
        free(two);
        config_free(&again);
        config_free(&config);
    } else if (plain) {
        fuzz_error(&err);
    }
    free(text);
    return 0;
}
