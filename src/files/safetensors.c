#include "files/safetensors.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

const struct tensor *tensor_file_find(const struct tensor_file *file, const char *name) {
    for (size_t i = 0; i < file->tensors; i++)
        if (strcmp(file->tensor[i].name, name) == 0) return &file->tensor[i];
    return NULL;
}

const char *tensor_file_metadata(const struct tensor_file *file, const char *key) {
    for (size_t i = 0; i < file->metadata_count; i++)
        if (strcmp(file->metadata[i].key, key) == 0) return file->metadata[i].value;
    return NULL;
}

double tensor_value(const struct tensor *tensor, size_t i) {
    const char *elements = tensor->elements;
    double number;
    int32_t whole;
    switch (tensor->type) {
    case TENSOR_F64: memcpy(&number, elements + 8 * i, 8); return number;
    case TENSOR_I32: memcpy(&whole, elements + 4 * i, 4); return whole;
    default: return (double)tensor->values[i];
    }
}

static bool count_elements(struct tensor *tensor, struct error *err) {
    tensor->count = 1;
    for (size_t i = 0; i < tensor->rank; i++)
        if (!memory_multiply(tensor->count, tensor->shape[i], &tensor->count, tensor->name, err))
            return false;
    return true;
}

bool tensor_file_add(struct tensor_file *file, const char *name, size_t rank, const size_t *shape,
                     const float *values, struct error *err) {
    if (rank > TENSOR_RANK_MOST)
        return error_set(err, ERROR_SYSTEM, "tensor \"%s\": rank %zu is more than %d", name, rank,
                         TENSOR_RANK_MOST);
    if (!memory_grow(&file->tensor, &file->tensor_capacity, file->tensors + 1, sizeof *file->tensor,
                     "tensors", err))
        return false;
    struct tensor tensor = {.type = TENSOR_F32, .rank = rank, .values = values, .elements = values};
    if (rank > 0) memcpy(tensor.shape, shape, rank * sizeof *shape);
    tensor.name = memory_text(name, err);
    if (tensor.name == NULL) return false;
    file->tensor[file->tensors++] = tensor;
    return count_elements(&file->tensor[file->tensors - 1], err);
}

bool tensor_file_add_metadata(struct tensor_file *file, const char *key, const char *value,
                              struct error *err) {
    if (!memory_grow(&file->metadata, &file->metadata_capacity, file->metadata_count + 1,
                     sizeof *file->metadata, "metadata", err))
        return false;
    struct tensor_metadata *entry = &file->metadata[file->metadata_count];
    entry->key = memory_text(key, err);
    entry->value = entry->key != NULL ? memory_text(value, err) : NULL;
    file->metadata_count++;
    return entry->value != NULL;
}

void tensor_file_free(struct tensor_file *file) {
    for (size_t i = 0; i < file->tensors; i++) free(file->tensor[i].name);
    for (size_t i = 0; i < file->metadata_count; i++) {
        free(file->metadata[i].key);
        free(file->metadata[i].value);
    }
    free(file->tensor);
    free(file->metadata);
    free(file->block);
    *file = (struct tensor_file){0};
}

static void show_shape(size_t rank, const size_t *extent, struct text *to) {
    for (size_t i = 0; i < rank; i++) text_format(to, "%s%zu", i > 0 ? ", " : "[", extent[i]);
    text_add(to, rank > 0 ? "]" : "[]");
}

bool tensor_check_shape(const char *path, const struct tensor *tensor, size_t rank,
                        const size_t *shape, struct error *err) {
    size_t i = 0;
    while (tensor->rank == rank && i < rank && tensor->shape[i] == shape[i]) i++;
    if (tensor->rank == rank && i == rank) return true;
    struct text expected = {0}, found = {0};
    show_shape(rank, shape, &expected);
    show_shape(tensor->rank, tensor->shape, &found);
    (void)error_set(err, ERROR_CHECKPOINT, "%s: tensor '%s': expected %s, the file has %s", path,
                    tensor->name, expected.bytes, found.bytes);
    text_free(&expected);
    text_free(&found);
    return false;
}
