/* Runs a fuzz target once for each file named, and says so: the inputs that are kept go through it in
 * every `make check`. What goes wrong aborts. */
#include "fuzz.h"

static void replay(const char *path) {
    FILE *file = fopen(path, "rb");
    HOLDS(file != NULL && fseek(file, 0, SEEK_END) == 0);
    long length = ftell(file);
    HOLDS(length >= 0 && fseek(file, 0, SEEK_SET) == 0);
    uint8_t *bytes = malloc((size_t)length + 1);
    HOLDS(bytes != NULL && fread(bytes, 1, (size_t)length, file) == (size_t)length);
    (void)fclose(file);
    (void)LLVMFuzzerTestOneInput(bytes, (size_t)length);
    free(bytes);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) replay(argv[i]);
    (void)printf("%d\n", argc - 1);
    return 0;
}
