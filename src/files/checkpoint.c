#include "files/checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "data/dataset.h"
#include "files/schema_json.h"

/* ---- writing --------------------------------------------------------------------------------- */

/* A flat buffer's tensors, each under prefix/name. */
static bool add_flat(struct tensor_file *file, const struct model *model, const char *prefix,
                     const float *flat, struct error *err) {
    for (size_t i = 0; i < model->parameters; i++) {
        const struct parameter *p = &model->parameter[i];
        struct text name = {0};
        text_format(&name, "%s%s", prefix, p->name);
        char *full = text_take(&name, err);
        bool good = full != NULL && tensor_file_add(file, full, p->tensor->rank, p->tensor->extent,
                                                    flat + p->tensor->offset, err);
        free(full);
        if (!good) return false;
    }
    return true;
}

static bool add_resume(struct tensor_file *file, const struct checkpoint_content *content,
                       struct error *err) {
    const struct optimizer *optimizer = content->optimizer;
    if (content->predicting != content->model->weights &&
        !add_flat(file, content->model, "resume/weights/", content->model->weights, err))
        return false;
    for (size_t i = 0; i < OPTIMIZER_SLOTS; i++) {
        char prefix[128];
        if (optimizer->slot_name[i] == NULL) continue;
        (void)snprintf(prefix, sizeof prefix, "resume/%s/%s/", content->optimizer_name,
                       optimizer->slot_name[i]);
        if (!add_flat(file, content->model, prefix, optimizer->slot[i], err)) return false;
    }
    return true;
}

static char *states_name(const struct layer *layer, struct error *err) {
    struct text name = {0};
    text_format(&name, "resume/states/%s", layer->name);
    return text_take(&name, err);
}

static bool add_states(struct tensor_file *file, const struct states *states, struct error *err) {
    if (states == NULL || states->sequences == 0) return true;
    for (size_t i = 0; i < states->model->layers; i++) {
        const struct layer *layer = &states->model->layer[i];
        const size_t shape[] = {states->sequences, layer->state_size};
        const float *kept = states_of(states, i);
        if (kept == NULL) continue;
        char *name = states_name(layer, err);
        bool good = name != NULL && tensor_file_add(file, name, 2, shape, kept, err);
        free(name);
        if (!good) return false;
    }
    return true;
}

static bool add_text(struct tensor_file *file, const char *key, struct text *text,
                     struct error *err) {
    char *bytes = text_take(text, err);
    bool good = bytes != NULL && tensor_file_add_metadata(file, key, bytes, err);
    free(bytes);
    return good;
}

static bool add_metadata(struct tensor_file *file, const struct checkpoint_content *content,
                         struct error *err) {
    struct text schema = {0}, state = {0}, format = {0};
    text_format(&format, "%d", CHECKPOINT_FORMAT);
    schema_to_json(content->schema, &schema);
    training_state_to_json(content->state, &state);
    bool good = add_text(file, "format", &format, err) &&
                tensor_file_add_metadata(file, "program", "rnntrain " VERSION, err) &&
                tensor_file_add_metadata(file, "config", content->config, err) &&
                add_text(file, "schema", &schema, err) && add_text(file, "state", &state, err) &&
                (content->baselines == NULL ||
                 tensor_file_add_metadata(file, "baselines", content->baselines, err)) &&
                (content->optimizer == NULL ||
                 tensor_file_add_metadata(file, "resume", content->optimizer_name, err));
    text_free(&format);
    text_free(&schema);
    text_free(&state);
    return good;
}

static bool build(struct tensor_file *file, const struct checkpoint_content *content,
                  struct error *err) {
    return add_metadata(file, content, err) &&
           add_flat(file, content->model, "", content->predicting, err) &&
           (content->optimizer == NULL ||
            (add_resume(file, content, err) && add_states(file, content->states, err)));
}

/* Only a schema of many names is worth the time to read it back. */
static bool check_schema(const struct tensor_file *file, struct error *err) {
    static const size_t much = 1 << 20;
    struct schema schema;
    const char *text = tensor_file_metadata(file, "schema");
    if (strlen(text) < much) return true;
    if (!schema_from_json(&schema, text, "the checkpoint", err)) {
        err->kind = ERROR_CONFIG;
        return false;
    }
    schema_free(&schema);
    return true;
}

bool checkpoint_check(const struct checkpoint_content *content, struct error *err) {
    struct tensor_file file = {0};
    bool good = build(&file, content, err);
    if (good) {
        /* A zero of the state, "0,", becomes a number of up to 24 digits; and the weights of the
         * best epoch are tensors, too. */
        size_t spare =
            12 * strlen(tensor_file_metadata(&file, "state")) + 256 * content->model->parameters;
        good = tensor_file_fits(&file, spare, err) && check_schema(&file, err);
    }
    tensor_file_free(&file);
    if (good || err->kind != ERROR_CONFIG) return good;
    struct error cause = *err;
    return error_set(err, ERROR_CONFIG,
                     "%s; fewer categories or words (data.columns.NAME.min_count) or columns make "
                     "it shorter",
                     cause.text);
}

bool checkpoint_save(const struct checkpoint_content *content, const char *path, int level,
                     struct error *err) {
    struct tensor_file file = {0};
    bool good = build(&file, content, err) && tensor_file_write(&file, path, level, err);
    tensor_file_free(&file);
    return good;
}

/* ---- reading --------------------------------------------------------------------------------- */

static const char *metadata(const struct checkpoint *checkpoint, const char *key,
                            struct error *err) {
    const char *text = tensor_file_metadata(&checkpoint->file, key);
    if (text == NULL)
        (void)error_set(err, ERROR_CHECKPOINT, "%s: not a rnntrain checkpoint: it has no '%s'",
                        checkpoint->path, key);
    return text;
}

static bool check_format(const struct checkpoint *checkpoint, struct error *err) {
    const char *text = metadata(checkpoint, "format", err);
    size_t format;
    if (text == NULL) return false;
    if (!text_parse_count(text, strlen(text), &format) || format == 0)
        return error_set(err, ERROR_CHECKPOINT, "%s: format '%s' is not a number", checkpoint->path,
                         text);
    if (format > CHECKPOINT_FORMAT)
        return error_set(err, ERROR_CHECKPOINT,
                         "%s: format %zu, made by a newer rnntrain; this one reads up to %d",
                         checkpoint->path, format, CHECKPOINT_FORMAT);
    return true;
}

/* The config is in the file's own hands: what is wrong with it is wrong with the checkpoint. */
static bool read_config(struct checkpoint *checkpoint, struct error *err) {
    const char *text = metadata(checkpoint, "config", err);
    if (text == NULL) return false;
    struct text name = {0};
    text_format(&name, "%s: config", checkpoint->path);
    char *place = text_take(&name, err);
    if (place == NULL) return false;
    bool good = config_read_text(&checkpoint->config, place, text, NULL, 0, err);
    free(place);
    if (!good && err->kind == ERROR_CONFIG) err->kind = ERROR_CHECKPOINT;
    return good;
}

static bool read_all(struct checkpoint *checkpoint, struct error *err) {
    if (!tensor_file_read(&checkpoint->file, checkpoint->path, TENSOR_ACCEPT_F32, err) ||
        !check_format(checkpoint, err) || !read_config(checkpoint, err))
        return false;
    const char *schema = metadata(checkpoint, "schema", err);
    if (schema == NULL || !schema_from_json(&checkpoint->schema, schema, checkpoint->path, err))
        return false;
    struct error cause;
    if (!dataset_agrees(&checkpoint->config.data, &checkpoint->schema, &cause))
        return error_set(err, cause.kind, "%s: %s", checkpoint->path, cause.text);
    const char *state = metadata(checkpoint, "state", err);
    return state != NULL &&
           training_state_from_json(&checkpoint->state, state, checkpoint->path, err);
}

bool checkpoint_open(struct checkpoint *checkpoint, const char *path, struct error *err) {
    *checkpoint = (struct checkpoint){.path = memory_text(path, err)};
    if (checkpoint->path == NULL) return false;
    if (read_all(checkpoint, err)) return true;
    checkpoint_close(checkpoint);
    return false;
}

void checkpoint_close(struct checkpoint *checkpoint) {
    tensor_file_free(&checkpoint->file);
    config_free(&checkpoint->config);
    schema_free(&checkpoint->schema);
    free(checkpoint->state.more);
    free(checkpoint->path);
    *checkpoint = (struct checkpoint){0};
}

/* Copy one tensor to its place in a flat buffer. The reader has seen to it that it is finite. */
static bool take(const char *path, const struct tensor *tensor, const struct layer_tensor *want,
                 float *to, struct error *err) {
    if (!tensor_check_shape(path, tensor, want->rank, want->extent, err)) return false;
    memcpy(to + want->offset, tensor->values, want->size * sizeof *to);
    return true;
}

/* The tensor PREFIX/NAME, which has the shape that is wanted; NULL with an error. */
static const struct tensor *find(const struct checkpoint *checkpoint, const char *prefix,
                                 const struct parameter *want, struct error *err) {
    struct text name = {0};
    text_format(&name, "%s%s", prefix, want->name);
    char *full = text_take(&name, err);
    if (full == NULL) return NULL;
    const struct tensor *tensor = tensor_file_find(&checkpoint->file, full);
    if (tensor == NULL)
        (void)error_set(err, ERROR_CHECKPOINT, "%s: tensor '%s' is missing", checkpoint->path,
                        full);
    else if (!tensor_check_shape(checkpoint->path, tensor, want->tensor->rank, want->tensor->extent,
                                 err))
        tensor = NULL;
    free(full);
    return tensor;
}

/* With `to` NULL, only look. */
static bool take_flat(const struct checkpoint *checkpoint, const struct model *model,
                      const char *prefix, float *to, struct error *err) {
    for (size_t i = 0; i < model->parameters; i++) {
        const struct parameter *want = &model->parameter[i];
        const struct tensor *tensor = find(checkpoint, prefix, want, err);
        if (tensor == NULL) return false;
        if (to != NULL)
            memcpy(to + want->tensor->offset, tensor->values, want->tensor->size * sizeof *to);
    }
    return true;
}

static const struct parameter *find_parameter(const struct model *model, const char *name) {
    for (size_t i = 0; i < model->parameters; i++)
        if (strcmp(model->parameter[i].name, name) == 0) return &model->parameter[i];
    return NULL;
}

static bool for_resume(const struct tensor *tensor) {
    return strncmp(tensor->name, "resume/", 7) == 0;
}

/* FNV-1a. */
static uint64_t add_to_digest(uint64_t digest, const void *bytes, size_t length) {
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < length; i++) digest = (digest ^ byte[i]) * 0x100000001b3u;
    return digest;
}

void checkpoint_digest(const struct checkpoint *checkpoint, char to[static CHECKPOINT_DIGEST]) {
    static const char *const said[] = {"config", "schema"};
    uint64_t digest = 0xcbf29ce484222325u;
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        const char *text = tensor_file_metadata(&checkpoint->file, said[i]);
        digest = add_to_digest(digest, text, strlen(text) + 1);
    }
    for (size_t i = 0; i < checkpoint->file.tensors; i++) {
        const struct tensor *tensor = &checkpoint->file.tensor[i];
        if (!for_resume(tensor))
            digest = add_to_digest(digest, tensor->values, tensor->count * sizeof *tensor->values);
    }
    (void)snprintf(to, CHECKPOINT_DIGEST, "%016" PRIx64, digest);
}

bool checkpoint_fits(const struct checkpoint *checkpoint, const struct model *model,
                     struct error *err) {
    for (size_t i = 0; i < checkpoint->file.tensors; i++) {
        const struct tensor *tensor = &checkpoint->file.tensor[i];
        if (!for_resume(tensor) && find_parameter(model, tensor->name) == NULL)
            return error_set(err, ERROR_CHECKPOINT, "%s: tensor '%s' belongs to no layer",
                             checkpoint->path, tensor->name);
    }
    return take_flat(checkpoint, model, "", NULL, err);
}

bool checkpoint_weights(const struct checkpoint *checkpoint, const struct model *model, float *to,
                        struct error *err) {
    return checkpoint_fits(checkpoint, model, err) && take_flat(checkpoint, model, "", to, err);
}

size_t checkpoint_bytes(const struct checkpoint *checkpoint) {
    size_t bytes = 0;
    for (size_t i = 0; i < checkpoint->file.tensors; i++)
        bytes += checkpoint->file.tensor[i].count * sizeof(float);
    return bytes;
}

void checkpoint_drop_tensors(struct checkpoint *checkpoint) {
    struct tensor_file *file = &checkpoint->file;
    free(file->block);
    file->block = NULL;
    for (size_t i = 0; i < file->tensors; i++)
        file->tensor[i].elements = file->tensor[i].values = NULL;
}

const char *checkpoint_baselines(const struct checkpoint *checkpoint) {
    return tensor_file_metadata(&checkpoint->file, "baselines");
}

bool checkpoint_resumes(const struct checkpoint *checkpoint) {
    return tensor_file_metadata(&checkpoint->file, "resume") != NULL;
}

bool checkpoint_resume(const struct checkpoint *checkpoint, const struct model *model,
                       struct optimizer *optimizer, const char *optimizer_name, struct error *err) {
    bool apart = false;
    for (size_t i = 0; i < checkpoint->file.tensors; i++)
        if (strncmp(checkpoint->file.tensor[i].name, "resume/weights/", 15) == 0) apart = true;
    if (!take_flat(checkpoint, model, apart ? "resume/weights/" : "", model->weights, err))
        return false;
    for (size_t i = 0; i < OPTIMIZER_SLOTS; i++) {
        char prefix[128];
        if (optimizer->slot_name[i] == NULL) continue;
        (void)snprintf(prefix, sizeof prefix, "resume/%s/%s/", optimizer_name,
                       optimizer->slot_name[i]);
        if (!take_flat(checkpoint, model, prefix, optimizer->slot[i], err)) return false;
    }
    optimizer->iteration = checkpoint->state.iteration;
    return true;
}

bool checkpoint_states(const struct checkpoint *checkpoint, const struct states *states,
                       struct error *err) {
    for (size_t i = 0; states->sequences > 0 && i < states->model->layers; i++) {
        const struct layer *layer = &states->model->layer[i];
        struct layer_tensor want = {.rank = 2,
                                    .extent = {states->sequences, layer->state_size},
                                    .size = states->sequences * layer->state_size};
        float *kept = states_of(states, i);
        if (kept == NULL) continue;
        char *name = states_name(layer, err);
        if (name == NULL) return false;
        const struct tensor *tensor = tensor_file_find(&checkpoint->file, name);
        bool good = tensor != NULL ? take(checkpoint->path, tensor, &want, kept, err)
                                   : error_set(err, ERROR_CHECKPOINT, "%s: tensor '%s' is missing",
                                               checkpoint->path, name);
        free(name);
        if (!good) return false;
    }
    return true;
}
