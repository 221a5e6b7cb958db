#include "files/import.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "files/pytorch.h"
#include "files/safetensors.h"

struct import {
    const char *path;
    struct tensor_file file;
    const struct model *model;
    float *to;
    bool *taken;           /* [file.tensors] */
    bool *set;             /* [model->parameters] */
    size_t found, missing; /* PyTorch's tensors of a layer */
    struct text lacks;     /* name of the first that is missing */
};

/* ---- Keras ------------------------------------------------------------------------------------ */

static size_t find_parameter(const struct model *model, const char *name) {
    size_t i = 0;
    while (i < model->parameters && strcmp(model->parameter[i].name, name) != 0) i++;
    return i;
}

static bool ends_with(const char *text, size_t length, const char *end) {
    size_t tail = strlen(end);
    return length >= tail && memcmp(text + length - tail, end, tail) == 0;
}

/* One part of a variable's path as a checkpoint has it: without the cell inside its layer, and the
 * ways of a bidirectional layer by their names alone. */
static void add_part(const char *part, size_t length, struct text *to) {
    static const char *const ways[] = {"forward_", "backward_"};
    if (ends_with(part, length, "_cell")) return;
    if (ends_with(part, length, ":0")) length -= 2;
    for (size_t i = 0; i < 2; i++)
        if (length > strlen(ways[i]) && memcmp(part, ways[i], strlen(ways[i])) == 0)
            length = strlen(ways[i]) - 1;
    if (to->length > 0) text_add(to, "/");
    text_add_bytes(to, part, length);
}

/* The parameter that a name of Keras' means, or the number of them: as it stands, as a variable's
 * path, or as one that begins with the model's own name. */
static size_t find_keras(const struct model *model, const char *name) {
    size_t found = find_parameter(model, name);
    for (int skip = 0; skip < 2 && found == model->parameters; skip++) {
        const char *from = skip == 0 ? name : strchr(name, '/');
        struct text plain = {0};
        if (from == NULL) break;
        for (from += skip; *from != '\0'; from += *from == '/') {
            size_t length = strcspn(from, "/");
            add_part(from, length, &plain);
            from += length;
        }
        if (plain.bytes != NULL && !plain.failed) found = find_parameter(model, plain.bytes);
        text_free(&plain);
    }
    return found;
}

static bool take_keras(struct import *m, struct error *err) {
    for (size_t i = 0; i < m->file.tensors; i++) {
        const struct tensor *tensor = &m->file.tensor[i];
        if (strncmp(tensor->name, "resume/", 7) == 0) continue;
        size_t p = find_keras(m->model, tensor->name);
        if (p == m->model->parameters) continue;
        const struct parameter *parameter = &m->model->parameter[p];
        const struct layer_tensor *want = parameter->tensor;
        if (!tensor_check_shape(m->path, tensor, want->rank, want->extent, err)) return false;
        if (m->set[p])
            return error_set(err, ERROR_CHECKPOINT, "%s: tensor '%s' and another both mean '%s'",
                             m->path, tensor->name, parameter->name);
        memcpy(m->to + want->offset, tensor->values, want->size * sizeof *m->to);
        m->set[p] = m->taken[i] = true;
    }
    return true;
}

/* ---- PyTorch ---------------------------------------------------------------------------------- */

static bool look(void *context, const struct pytorch_tensor *tensor, struct error *err) {
    struct import *m = context;
    (void)err;
    if (tensor_file_find(&m->file, tensor->name) != NULL) {
        m->found++;
    } else if (m->missing++ == 0) {
        text_add(&m->lacks, tensor->name);
    }
    return true;
}

static bool take(void *context, const struct pytorch_tensor *tensor, struct error *err) {
    struct import *m = context;
    const struct tensor *from = tensor_file_find(&m->file, tensor->name);
    if (!tensor_check_shape(m->path, from, tensor->rank, tensor->shape, err)) return false;
    pytorch_to_weights(tensor, from->values, m->to);
    m->taken[from - m->file.tensor] = true;
    for (size_t p = 0; p < m->model->parameters; p++)
        if (m->model->parameter[p].tensor == tensor->tensor) m->set[p] = true;
    return true;
}

static bool is_of(const char *name, const struct layer *layer) {
    size_t length = strlen(layer->name);
    return strncmp(name, layer->name, length) == 0 && name[length] == '.' &&
           strpbrk(name + length + 1, "./") == NULL;
}

/* Without a place for every tensor of its, the layer would compute something else. */
static bool check_all_taken(const struct import *m, const struct layer *layer, struct error *err) {
    for (size_t i = 0; i < m->file.tensors; i++)
        if (!m->taken[i] && is_of(m->file.tensor[i].name, layer))
            return error_set(err, ERROR_CHECKPOINT,
                             "%s: tensor '%s': layer '%s' has no place for it", m->path,
                             m->file.tensor[i].name, layer->name);
    return true;
}

static bool has_any(const struct import *m, const struct layer *layer) {
    for (size_t i = 0; i < m->file.tensors; i++)
        if (!m->taken[i] && is_of(m->file.tensor[i].name, layer)) return true;
    return false;
}

static bool take_layer(struct import *m, const struct layer *layer, struct error *err) {
    if (layer->tensors == 0 || !has_any(m, layer)) return true;
    m->found = m->missing = 0;
    text_free(&m->lacks);
    if (!pytorch_each(layer, look, m, err)) return false;
    if (m->missing > 0)
        return error_set(err, ERROR_CHECKPOINT,
                         "%s: layer '%s': there is no tensor '%s', but others of it are", m->path,
                         layer->name, m->lacks.bytes != NULL ? m->lacks.bytes : "");
    return pytorch_each(layer, take, m, err) && check_all_taken(m, layer, err);
}

/* ---- both ------------------------------------------------------------------------------------- */

static bool take_all(struct import *m, size_t *matched, struct error *err) {
    m->taken = memory_take(m->file.tensors, sizeof *m->taken, "names", err);
    m->set = memory_take(m->model->parameters, sizeof *m->set, "names", err);
    bool good = m->taken != NULL && m->set != NULL && take_keras(m, err);
    for (size_t i = 0; good && i < m->model->layers; i++)
        good = take_layer(m, &m->model->layer[i], err);
    *matched = 0;
    for (size_t p = 0; good && p < m->model->parameters; p++) *matched += m->set[p];
    if (!good || *matched > 0) return good;
    return error_set(err, ERROR_CHECKPOINT,
                     "%s: none of its %zu tensors has the name of one in the model", m->path,
                     m->file.tensors);
}

bool import_weights(const char *path, const struct model *model, float *to, size_t *matched,
                    struct error *err) {
    struct import m = {.path = path, .model = model, .to = to};
    if (!tensor_file_read(&m.file, path, TENSOR_ACCEPT_F32, err)) return false;
    bool good = take_all(&m, matched, err);
    free(m.taken);
    free(m.set);
    text_free(&m.lacks);
    tensor_file_free(&m.file);
    return good;
}
