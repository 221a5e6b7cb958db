#include "files/stream_state.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* ---- writing --------------------------------------------------------------------------------- */

static void sequences_to_json(const struct sequences *sequences, struct text *to) {
    json_key(to, "sequences");
    json_open(to, '[');
    for (const struct sequence *q = sequences->oldest; q != NULL; q = q->newer) {
        json_open(to, '{');
        json_put_string(to, "id", q->id);
        json_put_count(to, "rows", q->rows);
        json_put_bool(to, "hole", q->hole);
        json_close(to, '}');
    }
    json_close(to, ']');
}

static char *stream_to_json(const struct stream *stream, const struct sequences *sequences,
                            struct error *err) {
    struct stream_position position = stream_position(stream);
    struct text to = {0};
    json_open(&to, '{');
    if (stream_header(stream) != NULL)
        json_put_string(&to, "header", stream_header(stream));
    else
        json_put_raw(&to, "header", "null");
    json_put_count(&to, "rows", position.rows);
    json_put_bool(&to, "after_empty", position.after_empty);
    sequences_to_json(sequences, &to);
    json_close(&to, '}');
    return text_take(&to, err);
}

static bool add_metadata(struct tensor_file *file, const struct stream *stream,
                         const struct sequences *sequences, const char *model, struct error *err) {
    char format[16];
    (void)snprintf(format, sizeof format, "%d", STREAM_STATE_FORMAT);
    char *json = stream_to_json(stream, sequences, err);
    bool good = json != NULL && tensor_file_add_metadata(file, "format", format, err) &&
                tensor_file_add_metadata(file, "kind", "stream", err) &&
                tensor_file_add_metadata(file, "program", "rnntrain " VERSION, err) &&
                tensor_file_add_metadata(file, "model", model, err) &&
                tensor_file_add_metadata(file, "stream", json, err);
    free(json);
    return good;
}

/* Arrays that are borrowed until the file is written. */
struct arrays {
    float *history, *missing, *carried;
};

static bool add_history(struct tensor_file *file, const struct sequences *sequences, size_t width,
                        struct arrays *arrays, struct error *err) {
    size_t rows = 0, count, n = 0;
    bool any = false;
    for (const struct sequence *q = sequences->oldest; q != NULL; q = q->newer) rows += q->rows;
    if (rows == 0 || width == 0) return true;
    if (!memory_multiply(rows, width, &count, "histories", err)) return false;
    arrays->history = memory_take(count, sizeof *arrays->history, "histories", err);
    arrays->missing = memory_take(count, sizeof *arrays->missing, "histories", err);
    if (arrays->history == NULL || arrays->missing == NULL) return false;
    for (const struct sequence *q = sequences->oldest; q != NULL; q = q->newer)
        for (size_t i = 0; i < q->rows * width; i++, n++) {
            bool missing = isnan(q->history[i]);
            any |= missing;
            arrays->missing[n] = missing ? 1 : 0;
            arrays->history[n] = missing ? 0 : q->history[i];
        }
    const size_t shape[] = {rows, width};
    return tensor_file_add(file, "history", 2, shape, arrays->history, err) &&
           (!any || tensor_file_add(file, "missing", 2, shape, arrays->missing, err));
}

static char *part_name(const struct stream_part *part, struct error *err) {
    struct text name = {0};
    text_format(&name, "states/%s", part->name);
    return text_take(&name, err);
}

static bool add_part(struct tensor_file *file, const struct sequences *sequences,
                     const struct stream_part *part, size_t first, float *to, struct error *err) {
    const size_t shape[] = {sequences->count, part->numbers};
    char *name = part_name(part, err);
    float *next = to;
    for (const struct sequence *q = sequences->oldest; q != NULL; q = q->newer) {
        memcpy(next, q->carried + first, part->numbers * sizeof *next);
        next += part->numbers;
    }
    bool good = name != NULL && tensor_file_add(file, name, 2, shape, to, err);
    free(name);
    return good;
}

static bool add_carried(struct tensor_file *file, const struct sequences *sequences,
                        const struct stream_parts *parts, struct arrays *arrays,
                        struct error *err) {
    size_t count, first = 0;
    if (sequences->count == 0 || sequences->carried == 0) return true;
    if (!memory_multiply(sequences->count, sequences->carried, &count, "states", err)) return false;
    arrays->carried = memory_take(count, sizeof *arrays->carried, "states", err);
    if (arrays->carried == NULL) return false;
    for (size_t i = 0; i < parts->count; first += parts->item[i++].numbers)
        if (!add_part(file, sequences, &parts->item[i], first,
                      arrays->carried + first * sequences->count, err))
            return false;
    return true;
}

bool stream_state_save(struct stream *stream, const struct stream_parts *parts, const char *model,
                       const char *path, struct error *err) {
    const struct sequences *sequences = stream_sequences(stream);
    struct tensor_file file = {0};
    struct arrays arrays = {0};
    bool good = add_metadata(&file, stream, sequences, model, err) &&
                add_history(&file, sequences, stream_width(stream), &arrays, err) &&
                add_carried(&file, sequences, parts, &arrays, err) &&
                tensor_file_fits(&file, 0, err) && tensor_file_write(&file, path, 1, err);
    tensor_file_free(&file);
    free(arrays.history);
    free(arrays.missing);
    free(arrays.carried);
    if (!good && err->kind == ERROR_CONFIG) err->kind = ERROR_SYSTEM;
    return good;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool unsound(const struct stream_state *state, struct error *err) {
    return error_set(err, ERROR_CHECKPOINT, "%s: its account of the stream is not sound",
                     state->path);
}

static bool check_kind(const struct stream_state *state, struct error *err) {
    const char *kind = tensor_file_metadata(&state->file, "kind");
    const char *format = tensor_file_metadata(&state->file, "format");
    size_t number;
    if (kind == NULL || strcmp(kind, "stream") != 0 || format == NULL ||
        !text_parse_count(format, strlen(format), &number) || number == 0)
        return error_set(err, ERROR_CHECKPOINT,
                         "%s: not the state of a stream, which --state-out writes", state->path);
    if (number <= STREAM_STATE_FORMAT) return true;
    return error_set(err, ERROR_CHECKPOINT,
                     "%s: format %zu, made by a newer rnntrain; this one reads up to %d",
                     state->path, number, STREAM_STATE_FORMAT);
}

static bool check_model(const struct stream_state *state, const char *model, struct error *err) {
    const char *of = tensor_file_metadata(&state->file, "model");
    if (of != NULL && strcmp(of, model) == 0) return true;
    return error_set(err, ERROR_CHECKPOINT,
                     "%s: the state of another model; go on with the one it was saved with, or "
                     "begin anew without --state-in",
                     state->path);
}

static bool read_account(struct stream_state *state, struct error *err) {
    const struct json_limits limits = {
        .bytes = TENSOR_HEADER_MOST, .depth = 4, .nodes = TENSOR_HEADER_MOST / 8};
    const char *text = tensor_file_metadata(&state->file, "stream");
    if (text == NULL) return unsound(state, err);
    if (!json_read(&state->document, text, strlen(text), &limits, state->path, ERROR_CHECKPOINT,
                   err))
        return false;
    const struct json *header = json_member(state->document.root, "header");
    const struct json *sequences = json_member(state->document.root, "sequences");
    bool named = header != NULL && header->type == JSON_STRING;
    if (!named && (header == NULL || header->type != JSON_NULL)) return unsound(state, err);
    if (sequences == NULL || sequences->type != JSON_ARRAY) return unsound(state, err);
    state->header = named ? header->text : NULL;
    return true;
}

bool stream_state_open(struct stream_state *state, const char *path, const char *model,
                       struct error *err) {
    *state = (struct stream_state){.path = path};
    if (tensor_file_read(&state->file, path, TENSOR_ACCEPT_F32, err) && check_kind(state, err) &&
        check_model(state, model, err) && read_account(state, err))
        return true;
    stream_state_close(state);
    return false;
}

void stream_state_close(struct stream_state *state) {
    json_free(&state->document);
    tensor_file_free(&state->file);
    *state = (struct stream_state){0};
}

/* The tensor of that name and shape; none is wanted where it would have no elements. */
static bool find(const struct stream_state *state, const char *name, size_t rows, size_t width,
                 bool optional, const float **values, struct error *err) {
    const struct tensor *tensor = tensor_file_find(&state->file, name);
    *values = NULL;
    if (rows == 0 || width == 0) return true;
    if (tensor == NULL && optional) return true;
    if (tensor == NULL)
        return error_set(err, ERROR_CHECKPOINT, "%s: tensor '%s' is missing", state->path, name);
    if (tensor->rank != 2 || tensor->shape[0] != rows || tensor->shape[1] != width)
        return error_set(err, ERROR_CHECKPOINT, "%s: tensor '%s': expected [%zu, %zu]", state->path,
                         name, rows, width);
    *values = tensor->values;
    return true;
}

static bool read_bool(const struct json *object, const char *key, bool *to) {
    const struct json *member = json_member(object, key);
    *to = member != NULL && member->type == JSON_TRUE;
    return *to || (member != NULL && member->type == JSON_FALSE);
}

static bool read_count(const struct json *object, const char *key, size_t *to) {
    const struct json *member = json_member(object, key);
    return member != NULL && json_count(member, to);
}

/* Rows in all histories. */
static bool count_rows(const struct stream_state *state, const struct stream *stream, size_t *rows,
                       struct error *err) {
    const struct json *list = json_member(state->document.root, "sequences");
    *rows = 0;
    for (const struct json *item = list->first; item != NULL; item = item->next) {
        size_t count;
        if (!read_count(item, "rows", &count) || count > stream_history(stream))
            return unsound(state, err);
        *rows += count;
    }
    return true;
}

static bool restore_sequence(const struct stream_state *state, const struct json *item,
                             struct sequences *sequences, struct sequence **made,
                             struct error *err) {
    const struct json *id = json_member(item, "id");
    size_t before = sequences->count;
    bool hole;
    if (id == NULL || id->type != JSON_STRING || !read_bool(item, "hole", &hole) ||
        before == sequences->most)
        return unsound(state, err);
    *made = sequences_find(sequences, id->text, err);
    if (*made == NULL) return false;
    if (sequences->count == before) return unsound(state, err); /* the same id twice */
    (*made)->hole = hole;
    return read_count(item, "rows", &(*made)->rows) || unsound(state, err);
}

/* Histories of the sequences in their order. */
static bool restore_history(const struct stream_state *state, struct stream *stream, size_t rows,
                            struct error *err) {
    size_t width = stream_width(stream), n = 0;
    const float *history, *missing;
    if (!find(state, "history", rows, width, false, &history, err) ||
        !find(state, "missing", rows, width, true, &missing, err))
        return false;
    const struct sequence *q = stream_sequences(stream)->oldest;
    for (; history != NULL && q != NULL; q = q->newer) {
        for (size_t i = 0; i < q->rows * width; i++, n++)
            q->history[i] = missing != NULL && missing[n] != 0 ? NAN : history[n];
        struct error cause;
        if (!stream_check_history(stream, q->history, q->rows, &cause))
            return error_set(err, cause.kind, "%s: %s", state->path, cause.text);
    }
    return true;
}

static bool restore_part(const struct stream_state *state, const struct stream_part *part,
                         size_t first, struct stream *stream, struct error *err) {
    const struct sequences *sequences = stream_sequences(stream);
    const float *values;
    char *name = part_name(part, err);
    bool good =
        name != NULL && find(state, name, sequences->count, part->numbers, false, &values, err);
    free(name);
    if (!good) return false;
    const struct sequence *q = sequences->oldest;
    for (; values != NULL && q != NULL; q = q->newer, values += part->numbers)
        memcpy(q->carried + first, values, part->numbers * sizeof *values);
    return true;
}

bool stream_state_restore(const struct stream_state *state, const struct stream_parts *parts,
                          struct stream *stream, struct error *err) {
    const struct json *root = state->document.root;
    struct stream_position position;
    struct sequence *made;
    size_t rows, first = 0;
    if (!read_count(root, "rows", &position.rows) ||
        !read_bool(root, "after_empty", &position.after_empty))
        return unsound(state, err);
    if (!count_rows(state, stream, &rows, err)) return false;
    const struct json *list = json_member(root, "sequences");
    for (const struct json *item = list->first; item != NULL; item = item->next)
        if (!restore_sequence(state, item, stream_sequences(stream), &made, err)) return false;
    if (!restore_history(state, stream, rows, err)) return false;
    for (size_t i = 0; i < parts->count; first += parts->item[i++].numbers)
        if (!restore_part(state, &parts->item[i], first, stream, err)) return false;
    stream_go_on(stream, position);
    return true;
}
