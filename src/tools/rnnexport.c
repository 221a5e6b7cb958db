/* rnnexport - a trained model for other programs. */
#include <stdlib.h>
#include <string.h>

#include "data/dataset.h"
#include "files/atomic.h"
#include "files/checkpoint.h"
#include "files/export.h"
#include "model/loss.h"
#include "tools/cli.h"
#include "tools/tools.h"

enum { SET_NAMES, SET_SCALED };

static const struct cli_option options[] = {
    {"names", 0, "keras|pytorch", "names and shapes in a .safetensors file (keras)", SET_NAMES},
    {"scaled", 0, NULL, "an .onnx graph takes and gives numbers in the data's own units",
     SET_SCALED},
    {NULL, 0, NULL, NULL, 0},
};

struct settings {
    bool pytorch, scaled;
};

static bool set(void *settings, int id, const char *value, struct error *err) {
    struct settings *s = settings;
    if (id == SET_SCALED) {
        s->scaled = true;
        return true;
    }
    s->pytorch = strcmp(value, "pytorch") == 0;
    if (s->pytorch || strcmp(value, "keras") == 0) return true;
    return error_set(err, ERROR_CONFIG, "--names is keras or pytorch, not '%s'", value);
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length > tail && strcmp(text + length - tail, end) == 0;
}

static bool write_as(const struct export *export, const char *path, struct error *err) {
    if (export->model->encoder > 0 && (ends_with(path, ".onnx") || ends_with(path, ".c")))
        return error_set(err, ERROR_CONFIG,
                         "%s: an encoder and a decoder go to .safetensors only; ONNX and C have no "
                         "words for writing step by step",
                         path);
    if (export->scaled && !ends_with(path, ".onnx"))
        return error_set(err, ERROR_CONFIG,
                         "--scaled is for .onnx; in other forms numbers go in "
                         "and come out as the network has them");
    if (ends_with(path, ".onnx")) return export_onnx(export, path, err);
    if (ends_with(path, ".safetensors")) return export_safetensors(export, path, err);
    if (ends_with(path, ".c")) return export_c(export, path, err);
    return error_set(err, ERROR_CONFIG,
                     "%s: the name's ending says what to write: .safetensors, .onnx or .c", path);
}

static bool export_model(const struct settings *s, const struct checkpoint *checkpoint,
                         const struct model *model, const char *path, struct error *err) {
    if (!checkpoint_fits(checkpoint, model, err)) return false;
    if (checkpoint->config.train.loss.kind == NULL)
        return error_set(err, ERROR_CHECKPOINT, "%s: its config has no loss", checkpoint->path);
    float *weights = memory_take(model->size, sizeof *weights, "the weights", err);
    const struct loss_settings *loss = checkpoint->config.train.loss.settings;
    const struct loss_ops *ops = checkpoint->config.train.loss.kind->ops;
    struct export export = {.model = model,
                            .weights = weights,
                            .schema = &checkpoint->schema,
                            .levels = loss->quantiles.count > 0 ? loss->quantiles.count : 1,
                            .finish = loss->from_logits ? ops->activation : ACTIVATION_LINEAR,
                            .pytorch = s->pytorch,
                            .scaled = s->scaled};
    bool good = weights != NULL && checkpoint_weights(checkpoint, model, weights, err) &&
                write_as(&export, path, err);
    free(weights);
    return good;
}

static bool run(void *settings, struct cli_call *call, struct error *err) {
    struct checkpoint checkpoint;
    struct model model = {0};
    const char *const read[] = {call->operand[0], NULL};
    if (!file_is_not_read(call->operand[1], read, err)) return false;
    if (!checkpoint_open(&checkpoint, call->operand[0], err)) return false;
    struct batch_shape shape = {.target_steps = checkpoint.config.data.target_per == PER_STEP};
    schema_shape(&checkpoint.schema, &shape);
    bool good = model_build(&model, &checkpoint.config.model, &shape, err);
    if (!good && err->kind == ERROR_CONFIG) err->kind = ERROR_CHECKPOINT;
    good = good && export_model(settings, &checkpoint, &model, call->operand[1], err);
    model_free(&model);
    checkpoint_close(&checkpoint);
    return good;
}

int rnnexport_main(int argc, char **argv) {
    static const struct cli_tool tool = {
        .name = "rnnexport",
        .operands = "model.ckpt out.{safetensors,onnx,c}",
        .summary = "Write a trained model for other programs; the ending of the name says how.",
        .options = options,
        .least = 2,
        .most = 2,
        .set = set,
        .run = run,
    };
    struct settings settings = {0};
    return cli_main(&tool, &settings, argc, argv);
}
