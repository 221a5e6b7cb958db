/* What a generated task says of its data, filled in where the config does not. */
#include "files/config_task.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/generate.h"
#include "files/config_table.h"
#include "files/params.h"
#include "files/yaml.h"

/* Is there something at a dotted path below `node`? */
static bool is_set(const struct node *node, const char *path) {
    while (node != NULL && *path != '\0') {
        size_t length = strcspn(path, ".");
        const struct node *found = NULL;
        for (size_t i = 0; node->form == NODE_MAPPING && i < node->count && found == NULL; i++) {
            const char *key = node->item[i]->key;
            if (strncmp(key, path, length) == 0 && key[length] == '\0') found = node->item[i];
        }
        node = found;
        path += length + (path[length] == '.');
    }
    return node != NULL && !(node->form == NODE_SCALAR && node_is_null(node));
}

/* Windows are not asked for where another layout is. */
static bool is_wanted(const struct config *config, const char *key) {
    int layout = config->data.layout;
    if (strcmp(key, "window") == 0 && layout != PARAM_UNSET && layout != LAYOUT_WINDOWS)
        return false;
    return !is_set(node_find(config->tree.root, "data"), key);
}

/* `line` is key=value. */
static bool fill_key(struct config *config, char *line, struct error *err) {
    struct place place = config_place(config, "data.generate");
    char *value_text = line + strcspn(line, "=") + 1;
    value_text[-1] = '\0';
    if (!is_wanted(config, line)) return true;
    struct node *value = yaml_read_value(value_text, place, &yaml_config_limits, err);
    if (value == NULL) return false;
    struct text path = {0};
    text_format(&path, "data.%s", line);
    char *dotted = text_take(&path, err);
    if (dotted == NULL) node_free(value);
    bool good =
        dotted != NULL && params_override(config_params, config->tree.root, dotted, value, err);
    free(dotted);
    return good;
}

bool config_fill_task(struct config *config, struct error *err) {
    struct text text = {0};
    if (config->data.generate.kind == NULL) return true;
    generate_keys(&config->data.generate, &text);
    char *lines = text_take(&text, err);
    if (lines == NULL) return false;
    bool good = true;
    for (char *line = lines, *end; good && *line != '\0'; line = end + 1) {
        end = line + strcspn(line, "\n");
        *end = '\0';
        good = fill_key(config, line, err);
    }
    free(lines);
    return good;
}
