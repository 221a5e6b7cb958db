/* A checkpoint of any bytes, plain or compressed: refused in one line, or taken with tensors
 * that are there and finite. */
#include "fuzz.h"

#include "files/safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    struct error err = {.kind = ERROR_NONE};
    struct tensor_file file;
    char *exact = malloc(length > 0 ? length : 1); /* no byte beyond */
    HOLDS(exact != NULL);
    if (length > 0) memcpy(exact, bytes, length);
    if (tensor_file_parse(&file, exact, length, "m", TENSOR_ACCEPT_F32, &err)) {
        for (size_t i = 0; i < file.tensors; i++)
            for (size_t k = 0; k < file.tensor[i].count; k++)
                HOLDS(file.tensor[i].values[k] - file.tensor[i].values[k] == 0);
        tensor_file_free(&file);
    } else {
        fuzz_error(&err);
    }
    if (tensor_file_parse(&file, exact, length, "m", TENSOR_ACCEPT_ALL, &err)) {
        for (size_t i = 0; i < file.tensors; i++)
            for (size_t k = 0; k < file.tensor[i].count; k++)
                (void)tensor_value(&file.tensor[i], k);
        tensor_file_free(&file);
    }
    free(exact);
    return 0;
}
