#include "files/training_state.h"

#include <math.h>
#include <string.h>

#include "files/json.h"

/* The fields by name: one table for both directions. */
struct field {
    const char *key;
    enum { FIELD_COUNT, FIELD_NUMBER, FIELD_BOOL, FIELD_CHECK, FIELD_NUMBERS } type;
    size_t offset;
};
#define FIELD(type, name)                                                                          \
    { #name, type, offsetof(struct training_state, name) }
static const struct field fields[] = {
    FIELD(FIELD_COUNT, epoch),          FIELD(FIELD_COUNT, step),
    FIELD(FIELD_COUNT, iteration),      FIELD(FIELD_NUMBER, loss_sum),
    FIELD(FIELD_NUMBER, sample_sum),    FIELD(FIELD_NUMBERS, metric_sum),
    FIELD(FIELD_NUMBERS, metric_count), FIELD(FIELD_NUMBER, norm),
    FIELD(FIELD_NUMBER, best),          FIELD(FIELD_COUNT, best_epoch),
    FIELD(FIELD_COUNT, wait),           FIELD(FIELD_BOOL, finished),
    FIELD(FIELD_CHECK, data_check),
};
enum { FIELDS = sizeof fields / sizeof *fields };

static void write_field(const struct field *field, const void *from, struct text *to) {
    switch (field->type) {
    case FIELD_COUNT: json_add_count(to, *(const size_t *)from); break;
    case FIELD_NUMBER: json_add_number(to, *(const double *)from); break;
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
    if (value == NULL) return false;
    switch (field->type) {
    case FIELD_COUNT: return json_count(value, to) && *(size_t *)to <= count_most;
    case FIELD_NUMBER: return read_number(value, to);
    case FIELD_BOOL:
        *(bool *)to = value->type == JSON_TRUE;
        return value->type == JSON_TRUE || value->type == JSON_FALSE;
    case FIELD_CHECK:
        if (!json_count(value, &count) || count > UINT32_MAX) return false;
        *(uint32_t *)to = (uint32_t)count;
        return true;
    case FIELD_NUMBERS:
        if (value->type != JSON_ARRAY || value->count != STATE_METRICS) return false;
        for (const struct json *item = value->first; item != NULL; item = item->next)
            if (!read_number(item, (double *)to + count++)) return false;
        return true;
    }
    return false;
}

bool training_state_from_json(struct training_state *state, const char *text, const char *name,
                              struct error *err) {
    static const struct json_limits limits = {.bytes = 1 << 20, .depth = 4, .nodes = 1000};
    struct json_document document;
    *state = (struct training_state){0};
    if (!json_read(&document, text, strlen(text), &limits, name, ERROR_CHECKPOINT, err))
        return false;
    bool good = true;
    for (size_t i = 0; i < FIELDS && good; i++) {
        good = read_field(&fields[i], json_member(document.root, fields[i].key),
                          (char *)state + fields[i].offset);
        if (!good)
            (void)error_set(err, ERROR_CHECKPOINT,
                            "%s: training state: '%s' is missing or not what it should be", name,
                            fields[i].key);
    }
    json_free(&document);
    return good;
}
