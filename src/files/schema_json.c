#include "files/schema_json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "files/json.h"

static const char *const types[] = {[COLUMN_NUMBER] = "number",
                                    [COLUMN_CATEGORY] = "category",
                                    [COLUMN_TIME] = "time",
                                    [COLUMN_TEXT] = "text"};
static const char *const scales[] = {[SCALE_NONE] = "none",
                                     [SCALE_STANDARD] = "standard",
                                     [SCALE_MINMAX] = "minmax",
                                     [SCALE_ROBUST] = "robust"};
static const char *const missing_rules[] = {
    [MISSING_ERROR] = "error",     [MISSING_DROP] = "drop",
    [MISSING_FORWARD] = "forward", [MISSING_INTERPOLATE] = "interpolate",
    [MISSING_MEAN] = "mean",       [MISSING_NUMBER] = "number"};
/* TARGET_FOUND is no kind of a schema that is settled. */
static const char *const targets[] = {[TARGET_NUMBER - 1] = "number", [TARGET_CLASS - 1] = "class"};
#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- writing --------------------------------------------------------------------------------- */

static void add_time(struct text *to, const struct schema_column *column) {
    json_put_string(to, "format", column->format != NULL ? column->format : "");
    json_key(to, "features");
    json_open(to, '[');
    for (size_t i = 0; i < column->features; i++)
        json_add_string(to, time_feature_names[column->feature[i]]);
    json_close(to, ']');
}

static void add_column(struct text *to, const struct schema_column *column) {
    json_open(to, '{');
    json_put_string(to, "name", column->name);
    json_put_string(to, "type", types[column->type]);
    json_put_bool(to, "log", column->log);
    json_put_count(to, "difference", column->difference);
    json_put_string(to, "scale", scales[column->scale]);
    json_put_number(to, "center", column->center);
    json_put_number(to, "spread", column->spread);
    json_put_bool(to, "index", column->index);
    json_put_count(to, "embed", column->embed);
    json_put_bool(to, "ignore_unknown", column->ignore_unknown);
    json_put_string(to, "missing", missing_rules[column->missing]);
    json_put_number(to, "fill", column->fill);
    json_put_bool(to, "indicator", column->indicator);
    if (column->type == COLUMN_TIME) add_time(to, column);
    if (column->type == COLUMN_TEXT) {
        json_put_bool(to, "words", column->words);
        json_put_count(to, "max_length", column->max_length == SIZE_MAX ? 0 : column->max_length);
        json_put_count(to, "longest", column->longest);
    }
    json_key(to, "categories");
    json_open(to, '[');
    for (size_t i = 0; i < column->categories; i++) json_add_string(to, column->category[i]);
    json_close(to, ']');
    json_close(to, '}');
}

static void add_numbers(struct text *to, const char *key, const size_t *number, size_t count) {
    json_key(to, key);
    json_open(to, '[');
    for (size_t i = 0; i < count; i++) json_add_count(to, number[i]);
    json_close(to, ']');
}

static void add_sign(struct text *to, const char *key, char sign) {
    const char text[] = {sign, '\0'};
    json_put_string(to, key, text);
}

static void add_dialect(struct text *to, const struct schema_dialect *dialect) {
    json_open(to, '{');
    add_sign(to, "delimiter", dialect->delimiter);
    add_sign(to, "decimal", dialect->point);
    add_sign(to, "thousands", dialect->thousands);
    json_put_bool(to, "header", dialect->header);
    json_close(to, '}');
}

void schema_to_json(const struct schema *schema, struct text *to) {
    json_open(to, '{');
    json_key(to, "dialect");
    if (schema->dialect.delimiter != '\0')
        add_dialect(to, &schema->dialect);
    else
        json_add_null(to);
    json_key(to, "columns");
    json_open(to, '[');
    for (size_t c = 0; c < schema->columns; c++) add_column(to, &schema->column[c]);
    json_close(to, ']');
    add_numbers(to, "inputs", schema->input, schema->inputs);
    add_numbers(to, "targets", schema->target, schema->targets);
    json_put_string(to, "target", targets[schema->target_kind - 1]);
    json_put_count(to, "classes", schema->classes);
    json_put_count(to, "features", schema->features);
    json_put_count(to, "steps", schema->steps);
    if (schema->starts_from_last) json_put_bool(to, "starts_from_last", true);
    json_close(to, '}');
}

/* ---- reading --------------------------------------------------------------------------------- */

struct reader {
    struct schema *schema;
    const char *name;
    struct error *err;
};

static bool expected(struct reader *r, const char *key, const char *what) {
    return error_set(r->err, ERROR_CHECKPOINT, "%s: schema: \"%s\": expected %s", r->name, key,
                     what);
}

static bool read_count(struct reader *r, const struct json *object, const char *key, size_t *to) {
    return json_count(json_member(object, key), to) || expected(r, key, "a whole number");
}

static bool read_number(struct reader *r, const struct json *object, const char *key, double *to) {
    const struct json *value = json_member(object, key);
    if (value == NULL || value->type != JSON_NUMBER) return expected(r, key, "a finite number");
    *to = value->number;
    return true;
}

static bool read_bool(struct reader *r, const struct json *object, const char *key, bool *to) {
    const struct json *value = json_member(object, key);
    if (value == NULL || (value->type != JSON_TRUE && value->type != JSON_FALSE))
        return expected(r, key, "true or false");
    *to = value->type == JSON_TRUE;
    return true;
}

static bool read_choice(struct reader *r, const struct json *object, const char *key,
                        const char *const *choices, size_t count, size_t *to) {
    const struct json *value = json_member(object, key);
    if (value == NULL || value->type != JSON_STRING) return expected(r, key, "a string");
    for (*to = 0; *to < count; ++*to)
        if (strcmp(value->text, choices[*to]) == 0) return true;
    return error_set(r->err, ERROR_CHECKPOINT, "%s: schema: \"%s\": unknown \"%s\"", r->name, key,
                     value->text);
}

static const struct json *read_list(struct reader *r, const struct json *object, const char *key) {
    const struct json *value = json_member(object, key);
    if (value != NULL && value->type == JSON_ARRAY) return value;
    (void)expected(r, key, "a list");
    return NULL;
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Two equal names, and a value could be meant for either. */
static bool check_distinct(struct reader *r, const char *what, const char *const *names,
                           size_t count) {
    const char **sorted = memory_take(count, sizeof *sorted, "names", r->err);
    if (sorted == NULL) return false;
    if (count > 0) memcpy(sorted, names, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_bytes);
    bool ok = true;
    for (size_t i = 1; i < count && ok; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0)
            ok = error_set(r->err, ERROR_CHECKPOINT, "%s: schema: duplicate %s \"%s\"", r->name,
                           what, sorted[i]);
    free(sorted);
    return ok;
}

static bool read_categories(struct reader *r, struct schema_column *column,
                            const struct json *list) {
    column->category = memory_take(list->count, sizeof *column->category, "categories", r->err);
    if (column->category == NULL) return false;
    for (const struct json *v = list->first; v != NULL; v = v->next) {
        if (v->type != JSON_STRING) return expected(r, "categories", "strings");
        column->category[column->categories] = memory_text(v->text, r->err);
        if (column->category[column->categories] == NULL) return false;
        column->categories++;
    }
    return check_distinct(r, "category", (const char *const *)column->category, column->categories);
}

static bool check_column(struct reader *r, const struct schema_column *column) {
    if (column->name[0] == '\0')
        return error_set(r->err, ERROR_CHECKPOINT, "%s: schema: a column without a name", r->name);
    if (!(column->spread > 0))
        return error_set(r->err, ERROR_CHECKPOINT,
                         "%s: schema: column \"%s\": spread %g is not above 0", r->name,
                         column->name, column->spread);
    bool texts = column->type == COLUMN_TIME || column->type == COLUMN_TEXT;
    if ((column->type == COLUMN_TIME) != (column->features > 0) ||
        (texts && (column->indicator || column->log || column->difference > 0)))
        return error_set(r->err, ERROR_CHECKPOINT,
                         "%s: schema: column \"%s\": type %s with %zu features", r->name,
                         column->name, types[column->type], column->features);
    if (column->embed > 65536 || (column->embed > 0 && !column->index))
        return error_set(r->err, ERROR_CHECKPOINT,
                         "%s: schema: column \"%s\": a vector of %zu numbers", r->name,
                         column->name, column->embed);
    if (column->index && column->type != COLUMN_CATEGORY)
        return error_set(r->err, ERROR_CHECKPOINT,
                         "%s: schema: column \"%s\": an index of a column of type %s", r->name,
                         column->name, types[column->type]);
    bool named = column->type == COLUMN_CATEGORY || column->type == COLUMN_TEXT;
    if (named != (column->categories > 0))
        return error_set(r->err, ERROR_CHECKPOINT,
                         "%s: schema: column \"%s\": type %s with %zu categories", r->name,
                         column->name, types[column->type], column->categories);
    return true;
}

static bool read_time(struct reader *r, const struct json *value, struct schema_column *column) {
    const struct json *format = json_member(value, "format");
    const struct json *list = read_list(r, value, "features");
    if (list == NULL) return false;
    if (format == NULL || format->type != JSON_STRING ||
        (*format->text != '\0' && !time_format_valid(format->text)))
        return expected(r, "format", "a format of times");
    if (*format->text != '\0' && (column->format = memory_text(format->text, r->err)) == NULL)
        return false;
    for (const struct json *v = list->first; v != NULL; v = v->next) {
        size_t f = 0;
        while (v->type == JSON_STRING && f < TIME_FEATURES &&
               strcmp(v->text, time_feature_names[f]) != 0)
            f++;
        if (v->type != JSON_STRING || f == TIME_FEATURES || column->features == TIME_FEATURES)
            return expected(r, "features", "features of a time");
        column->feature[column->features++] = (unsigned char)f;
    }
    return true;
}

static bool read_text(struct reader *r, const struct json *value, struct schema_column *column) {
    if (!read_bool(r, value, "words", &column->words) ||
        !read_count(r, value, "max_length", &column->max_length) ||
        (json_member(value, "longest") != NULL &&
         !read_count(r, value, "longest", &column->longest)))
        return false;
    if (column->max_length == 0) column->max_length = SIZE_MAX;
    return true;
}

static bool read_column(struct reader *r, const struct json *value) {
    struct schema_column *column = &r->schema->column[r->schema->columns];
    const struct json *name = json_member(value, "name"), *categories;
    size_t type = 0, scale = 0, missing = 0;
    if (name == NULL || name->type != JSON_STRING) return expected(r, "name", "a string");
    column->name = memory_text(name->text, r->err);
    if (column->name == NULL) return false;
    r->schema->columns++; /* from here on schema_free frees it */
    if (!read_choice(r, value, "type", types, LENGTH(types), &type) ||
        !read_choice(r, value, "scale", scales, LENGTH(scales), &scale) ||
        !read_bool(r, value, "log", &column->log) ||
        !read_count(r, value, "difference", &column->difference) ||
        !read_number(r, value, "center", &column->center) ||
        !read_number(r, value, "spread", &column->spread) ||
        !read_bool(r, value, "index", &column->index) ||
        !read_count(r, value, "embed", &column->embed) ||
        !read_bool(r, value, "ignore_unknown", &column->ignore_unknown) ||
        !read_choice(r, value, "missing", missing_rules, LENGTH(missing_rules), &missing) ||
        !read_number(r, value, "fill", &column->fill) ||
        !read_bool(r, value, "indicator", &column->indicator) ||
        (categories = read_list(r, value, "categories")) == NULL)
        return false;
    column->type = (enum column_type)type;
    column->scale = (enum scale_kind)scale;
    column->missing = (enum missing_rule)missing;
    return (column->type != COLUMN_TIME || read_time(r, value, column)) &&
           (column->type != COLUMN_TEXT || read_text(r, value, column)) &&
           read_categories(r, column, categories) && check_column(r, column);
}

static bool read_columns(struct reader *r, const struct json *root) {
    const struct json *list = read_list(r, root, "columns");
    if (list == NULL) return false;
    r->schema->column = memory_take(list->count, sizeof *r->schema->column, "columns", r->err);
    const char **names = memory_take(list->count, sizeof *names, "columns", r->err);
    bool ok = r->schema->column != NULL && names != NULL;
    for (const struct json *v = list->first; v != NULL && ok; v = v->next) ok = read_column(r, v);
    for (size_t c = 0; ok && c < r->schema->columns; c++) names[c] = r->schema->column[c].name;
    ok = ok && check_distinct(r, "column", names, r->schema->columns);
    free(names);
    return ok;
}

static bool read_numbers(struct reader *r, const struct json *root, const char *key, size_t **to,
                         size_t *count) {
    const struct json *list = json_member(root, key);
    if (!json_is_list(list)) return expected(r, key, "a list");
    if (list->count == 0) return expected(r, key, "at least one column");
    *to = memory_take(list->count, sizeof **to, "columns", r->err);
    if (*to == NULL) return false;
    struct json_list walk = json_list_of(list);
    for (const struct json *v; (v = json_list_next(&walk)) != NULL; ++*count)
        if (!json_count(v, &(*to)[*count]) || (*to)[*count] >= r->schema->columns)
            return expected(r, key, "numbers of columns");
    return true;
}

/* A step's features are counted by the columns too: nothing may be written beyond a batch. */
static bool check_features(struct reader *r) {
    const struct schema *schema = r->schema;
    size_t wide = 0;
    for (size_t i = 0; i < schema->inputs; i++) {
        const struct schema_column *column = &schema->column[schema->input[i]];
        wide += schema_width(column);
    }
    bool embeds = false, fits = true;
    for (size_t i = 0; i < schema->inputs; i++)
        embeds |= schema->column[schema->input[i]].embed > 0;
    /* One vector to a column, of a step that has all. */
    if (embeds) fits = wide == schema->features && schema_ahead(schema) == 0;
    if (schema->features > 0 && wide % schema->features == 0 && fits) return true;
    return error_set(r->err, ERROR_CHECKPOINT,
                     "%s: schema: %zu features a step do not fit inputs of %zu", r->name,
                     schema->features, wide);
}

static bool check_classes(struct reader *r) {
    const struct schema *schema = r->schema;
    for (size_t i = 0; i < schema->targets; i++)
        if (schema->column[schema->target[i]].type == COLUMN_TIME)
            return expected(r, "targets", "numbers or categories, not a time");
    if (schema->target_kind != TARGET_CLASS && schema->classes == 0) return true;
    size_t more = schema_writes(schema) ? ID_FIRST : 0;
    if (schema->target_kind == TARGET_CLASS && schema->targets == 1 && schema->classes > more &&
        schema->column[schema->target[0]].categories == schema->classes - more)
        return true;
    return error_set(r->err, ERROR_CHECKPOINT,
                     "%s: schema: %zu classes do not fit the targets' categories", r->name,
                     schema->classes);
}

/* A sign is one ASCII character of those a file may use, or none. */
static bool read_sign(struct reader *r, const struct json *object, const char *key, bool none,
                      char *to) {
    const struct json *value = json_member(object, key);
    const char *text = value != NULL && value->type == JSON_STRING ? value->text : NULL;
    bool empty = text != NULL && none && text[0] == '\0';
    bool sign =
        text != NULL && (text[0] == '\t' || (text[0] >= ' ' && text[0] < 0x7f)) && text[1] == '\0';
    if (!empty && !sign) return expected(r, key, "one character");
    *to = text[0];
    return true;
}

/* null: the data did not come from a file. */
static bool read_dialect(struct reader *r, const struct json *root) {
    struct schema_dialect *dialect = &r->schema->dialect;
    const struct json *value = json_member(root, "dialect");
    if (value != NULL && value->type == JSON_NULL) return true;
    if (value == NULL || value->type != JSON_OBJECT)
        return expected(r, "dialect", "an object or null");
    if (!read_sign(r, value, "delimiter", false, &dialect->delimiter) ||
        !read_sign(r, value, "decimal", false, &dialect->point) ||
        !read_sign(r, value, "thousands", true, &dialect->thousands) ||
        !read_bool(r, value, "header", &dialect->header))
        return false;
    return dialect->point == '.' || dialect->point == ',' ||
           expected(r, "decimal", "a point or a comma");
}

static bool read_schema(struct reader *r, const struct json *root) {
    struct schema *schema = r->schema;
    size_t kind = 0;
    if (!read_dialect(r, root) || !read_columns(r, root) ||
        !read_numbers(r, root, "inputs", &schema->input, &schema->inputs) ||
        !read_numbers(r, root, "targets", &schema->target, &schema->targets) ||
        !read_choice(r, root, "target", targets, LENGTH(targets), &kind) ||
        !read_count(r, root, "classes", &schema->classes) ||
        !read_count(r, root, "features", &schema->features) ||
        !read_count(r, root, "steps", &schema->steps))
        return false;
    /* Files of 0.1.0 do not have it: their decoders start from zeros. */
    if (json_member(root, "starts_from_last") != NULL &&
        !read_bool(r, root, "starts_from_last", &schema->starts_from_last))
        return false;
    schema->target_kind = (enum target_kind)(kind + 1);
    return check_classes(r) && check_features(r) && schema_list_embedded(schema, r->err);
}

bool schema_from_json(struct schema *schema, const char *text, const char *name,
                      struct error *err) {
    static const struct json_limits limits = {(size_t)16 << 20, 8, (size_t)1 << 20};
    struct json_document document;
    struct reader r = {.schema = schema, .name = name, .err = err};
    *schema = (struct schema){0};
    if (!json_read(&document, text, strlen(text), &limits, name, ERROR_CHECKPOINT, err))
        return false;
    bool ok = read_schema(&r, document.root);
    json_free(&document);
    if (!ok) schema_free(schema);
    return ok;
}
