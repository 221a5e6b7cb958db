#include "files/training_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "files/json.h"

/* The fields by name: one table for both directions. */
struct field {
    const char *key;
    enum {
        FIELD_COUNT,
        FIELD_NUMBER,
        FIELD_NEWER, /* a number that older files lack */
        FIELD_BOOL,
        FIELD_CHECK,
        FIELD_NUMBERS
    } type;
    size_t offset;
};
#define FIELD(type, name)                                                                          \
    { #name, type, offsetof(struct training_state, name) }
static const struct field fields[] = {
    FIELD(FIELD_COUNT, epoch),
    FIELD(FIELD_COUNT, step),
    FIELD(FIELD_COUNT, iteration),
    FIELD(FIELD_NUMBER, loss_sum),
    FIELD(FIELD_NUMBER, sample_sum),
    FIELD(FIELD_NUMBERS, metric_sum),
    FIELD(FIELD_NUMBERS, metric_count),
    FIELD(FIELD_NUMBER, norm),
    FIELD(FIELD_NEWER, last_loss),
    FIELD(FIELD_NEWER, last_val_loss),
    FIELD(FIELD_NUMBER, best),
    FIELD(FIELD_COUNT, best_epoch),
    FIELD(FIELD_COUNT, wait),
    FIELD(FIELD_BOOL, finished),
    FIELD(FIELD_CHECK, data_check),
    FIELD(FIELD_NUMBER, reduced_rate),
    FIELD(FIELD_NUMBER, plateau_best),
    FIELD(FIELD_COUNT, plateau_wait),
    FIELD(FIELD_COUNT, plateau_cooldown),
};
enum { FIELDS = sizeof fields / sizeof *fields };

static void write_field(const struct field *field, const void *from, struct text *to) {
    switch (field->type) {
    case FIELD_COUNT: json_add_count(to, *(const size_t *)from); break;
    case FIELD_NUMBER:
    case FIELD_NEWER: json_add_number(to, *(const double *)from); break;
    case FIELD_BOOL: json_add_bool(to, *(const bool *)from); break;
    case FIELD_CHECK: json_add_count(to, *(const uint32_t *)from); break;
    case FIELD_NUMBERS:
        json_open(to, '[');
        for (size_t i = 0; i < STATE_METRICS; i++) json_add_number(to, ((const double *)from)[i]);
        json_close(to, ']');
    }
}

void training_state_to_json(const struct training_state *state, struct text *to) {
    json_open(to, '{');
    for (size_t i = 0; i < FIELDS; i++) {
        json_key(to, fields[i].key);
        write_field(&fields[i], (const char *)state + fields[i].offset, to);
    }
    json_key(to, "more");
    json_open(to, '[');
    for (size_t i = 0; i < state->more_count; i++) json_add_number(to, state->more[i]);
    json_close(to, ']');
    json_close(to, '}');
}

/* Whole numbers that a double holds. */
static const size_t count_most = (size_t)1 << 53;

/* NAN is written as null. */
static bool read_number(const struct json *value, double *to) {
    *to = value->type == JSON_NUMBER ? value->number : NAN;
    return value->type == JSON_NUMBER || value->type == JSON_NULL;
}

static bool read_field(const struct field *field, const struct json *value, void *to) {
    size_t count = 0;
    if (value == NULL && field->type == FIELD_NEWER) *(double *)to = NAN;
    if (value == NULL) return field->type == FIELD_NEWER;
    switch (field->type) {
    case FIELD_COUNT: return json_count(value, to) && *(size_t *)to <= count_most;
    case FIELD_NUMBER:
    case FIELD_NEWER: return read_number(value, to);
    case FIELD_BOOL:
        *(bool *)to = value->type == JSON_TRUE;
        return value->type == JSON_TRUE || value->type == JSON_FALSE;
    case FIELD_CHECK:
        if (!json_count(value, &count) || count > UINT32_MAX) return false;
        *(uint32_t *)to = (uint32_t)count;
        return true;
    case FIELD_NUMBERS: break;
    }
    if (!json_is_list(value) || value->count != STATE_METRICS) return false;
    struct json_list walk = json_list_of(value);
    for (const struct json *item; (item = json_list_next(&walk)) != NULL;)
        if (!read_number(item, (double *)to + count++)) return false;
    return true;
}

static bool bad_field(struct error *err, const char *name, const char *key) {
    return error_set(err, ERROR_CHECKPOINT,
                     "%s: training state: '%s' is missing or not what it should be", name, key);
}

/* As many numbers as there are. */
static bool read_more(struct training_state *state, const struct json *list, const char *name,
                      struct error *err) {
    if (!json_is_list(list)) return bad_field(err, name, "more");
    if (list->count == 0) return true;
    state->more = memory_take(list->count, sizeof *state->more, "a training state", err);
    if (state->more == NULL) return false;
    struct json_list walk = json_list_of(list);
    for (const struct json *item; (item = json_list_next(&walk)) != NULL;)
        if (!read_number(item, &state->more[state->more_count++])) {
            free(state->more);
            state->more = NULL;
            return bad_field(err, name, "more");
        }
    return true;
}

bool training_state_from_json(struct training_state *state, const char *text, const char *name,
                              struct error *err) {
    static const struct json_limits limits = {.bytes = 1 << 26, .depth = 4, .nodes = 1 << 21};
    struct json_document document;
    *state = (struct training_state){0};
    if (!json_read(&document, text, strlen(text), &limits, name, ERROR_CHECKPOINT, err))
        return false;
    bool good = true;
    for (size_t i = 0; i < FIELDS && good; i++) {
        good = read_field(&fields[i], json_member(document.root, fields[i].key),
                          (char *)state + fields[i].offset);
        if (!good) (void)bad_field(err, name, fields[i].key);
    }
    good = good && read_more(state, json_member(document.root, "more"), name, err);
    json_free(&document);
    return good;
}
