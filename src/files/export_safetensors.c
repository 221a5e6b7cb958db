/* The weights alone, as a plain safetensors file: under Keras' names and shapes, which are those of
 * a checkpoint, or under PyTorch's. */
#include <stdlib.h>

#include "base/memory.h"
#include "files/export.h"
#include "files/pytorch.h"
#include "files/safetensors.h"

struct writer {
    const struct export *export;
    struct tensor_file file;
    float *turned; /* tensors as PyTorch has them, one after the other */
    size_t used;
};

/* ---- Keras ------------------------------------------------------------------------------------ */

static bool add_keras(struct writer *w, struct error *err) {
    const struct model *model = w->export->model;
    for (size_t i = 0; i < model->parameters; i++) {
        const struct layer_tensor *tensor = model->parameter[i].tensor;
        if (!tensor_file_add(&w->file, model->parameter[i].name, tensor->rank, tensor->extent,
                             w->export->weights + tensor->offset, err))
            return false;
    }
    return true;
}

/* ---- PyTorch ---------------------------------------------------------------------------------- */

static bool add_tensor(void *context, const struct pytorch_tensor *tensor, struct error *err) {
    struct writer *w = context;
    float *to = w->turned + w->used;
    pytorch_from_weights(tensor, w->export->weights, to);
    w->used += tensor->shape[0] * (tensor->rank == 2 ? tensor->shape[1] : 1);
    return tensor_file_add(&w->file, tensor->name, tensor->rank, tensor->shape, to, err);
}

static bool add_pytorch(struct writer *w, struct error *err) {
    const struct model *model = w->export->model;
    for (size_t i = 0; i < model->layers; i++)
        if (!pytorch_each(&model->layer[i], add_tensor, w, err)) return false;
    return true;
}

bool export_safetensors(const struct export *export, const char *path, struct error *err) {
    struct writer w = {.export = export};
    /* Twice, for the biases that PyTorch has and Keras has not. */
    w.turned = memory_take(2, export->model->size * sizeof *w.turned, "the weights", err);
    bool good = w.turned != NULL && (export->pytorch ? add_pytorch(&w, err) : add_keras(&w, err)) &&
                tensor_file_write(&w.file, path, TENSOR_PLAIN, err);
    tensor_file_free(&w.file);
    free(w.turned);
    return good;
}
