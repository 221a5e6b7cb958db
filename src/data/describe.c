#include "data/describe.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* What is described, and by what. */
struct description {
    struct schema *schema;
    const struct heading *heading;
    const struct roles *roles;
    const struct data_options *options;
    const struct sampling *sampling;
    enum target_kind wanted;
    const bool *category;
    size_t *from; /* the file's column behind each of the schema's, ascending */
    bool *input;  /* [columns of the file] */
};

static const char *first_target(const struct description *d) {
    return d->heading->name[d->roles->target[0]];
}

static bool is_text(const struct description *d, size_t file_column) {
    const struct column_options *settings = data_column(d->options, d->heading->name[file_column]);
    return settings != NULL && settings->type == COLUMN_TEXT;
}

static bool find_target_kind(struct description *d, struct error *err) {
    const struct roles *roles = d->roles;
    size_t texts = 0;
    for (size_t i = 0; i < roles->targets; i++)
        texts += d->category[roles->target[i]] || is_text(d, roles->target[i]);
    d->schema->target_kind = TARGET_NUMBER;
    if (d->wanted == TARGET_NUMBER && texts > 0)
        return error_set(err, ERROR_CONFIG,
                         "%s: target column \"%s\" is a category; the loss needs numbers",
                         d->heading->file, first_target(d));
    if (roles->targets > 1 && texts > 0)
        return error_set(err, ERROR_CONFIG,
                         "%s: data.targets names %zu columns; a class target stands alone",
                         d->heading->file, roles->targets);
    bool one_class = d->wanted == TARGET_CLASS || texts > 0;
    if (roles->targets == 1 && one_class) d->schema->target_kind = TARGET_CLASS;
    bool windows = d->sampling->layout == LAYOUT_WINDOWS && !d->sampling->per_step;
    if (d->schema->target_kind == TARGET_CLASS && windows && d->sampling->horizon > 1)
        return error_set(err, ERROR_CONFIG,
                         "data.horizon: expected 1 for the class target \"%s\", got %zu",
                         first_target(d), d->sampling->horizon);
    return true;
}

static bool refuse(const struct schema_column *column, const char *key, const char *reason,
                   struct error *err) {
    return error_set(err, ERROR_CONFIG, "data.columns.%s.%s: %s", column->name, key, reason);
}

static bool is_in(const size_t *list, size_t count, size_t file_column) {
    for (size_t i = 0; i < count; i++)
        if (list[i] == file_column) return true;
    return false;
}

/* Targets of several classes at once are 0 or 1 and stay so. */
static bool is_label(const struct description *d, size_t file_column) {
    return d->wanted == TARGET_CLASS && is_in(d->roles->target, d->roles->targets, file_column);
}

static bool set_transforms(const struct description *d, struct schema_column *column,
                           size_t file_column, struct error *err) {
    const struct column_options *settings = data_column(d->options, column->name);
    bool number = column->type == COLUMN_NUMBER && !is_label(d, file_column);
    column->spread = 1;
    column->scale = number ? (enum scale_kind)d->options->scale : SCALE_NONE;
    if (settings == NULL) return true;
    static const char *const of_category =
        "the column holds no numbers, but categories, classes, times or texts";
    bool scaled = settings->scale != PARAM_UNSET && settings->scale != SCALE_NONE;
    if (!number && scaled) return refuse(column, "scale", of_category, err);
    if (!number && settings->log == 1) return refuse(column, "log", of_category, err);
    if (!number && settings->difference > 0) return refuse(column, "difference", of_category, err);
    if (settings->scale != PARAM_UNSET) column->scale = (enum scale_kind)settings->scale;
    column->log = settings->log == 1;
    column->difference = settings->difference;
    if (column->difference > 0 && d->sampling->layout == LAYOUT_ROWS)
        return refuse(column, "difference", "needs layout windows or sequences", err);
    return true;
}

/* What is known of a missing value; that of a class is not to be made up. */
static bool set_missing_rule(const struct description *d, struct schema_column *column, bool class,
                             bool input, struct error *err) {
    const struct column_options *settings = data_column(d->options, column->name);
    bool own = settings != NULL && settings->missing != NULL;
    const char *text = own ? settings->missing : d->options->missing;
    if (!missing_read_rule(text, &column->missing, &column->fill)) {
        static const char *const wanted =
            "expected error, drop, forward, interpolate, mean or a number";
        return own ? error_set(err, ERROR_CONFIG, "data.columns.%s.missing: %s, got \"%s\"",
                               column->name, wanted, text)
                   : error_set(err, ERROR_CONFIG, "data.missing: %s, got \"%s\"", wanted, text);
    }
    int indicator = settings != NULL ? settings->missing_indicator : PARAM_UNSET;
    if (indicator == PARAM_UNSET) indicator = d->options->missing_indicator;
    column->indicator = input && indicator == 1;
    if (!class || column->missing == MISSING_DROP) return true;
    if (own && column->missing != MISSING_ERROR)
        return refuse(column, "missing", "a class can be dropped, not made up", err);
    column->missing = MISSING_ERROR;
    return true;
}

static bool set_embed(const struct description *d, struct schema_column *column, bool class,
                      struct error *err) {
    if (column->type != COLUMN_CATEGORY || class)
        return refuse(column, "embed", "only a category among the inputs has a vector", err);
    if (data_column(d->options, column->name)->encode == ENCODE_ONE_HOT)
        return refuse(column, "embed", "excludes encode: one_hot", err);
    if (d->roles->futures > 0)
        return refuse(column, "embed", "cannot stand beside data.future; leave it out for one_hot",
                      err);
    if (strcmp(column->name, "resume") == 0)
        return refuse(column, "embed", "no layer can be called resume; rename the column", err);
    column->index = true;
    column->embed = data_column(d->options, column->name)->embed;
    return true;
}

static bool set_encoding(const struct description *d, struct schema_column *column, bool class,
                         struct error *err) {
    const struct column_options *settings = data_column(d->options, column->name);
    int unknown = settings != NULL ? settings->unknown : PARAM_UNSET;
    if (unknown == PARAM_UNSET) unknown = d->options->unknown;
    /* What is too rare to be known is met in training already. */
    bool rare = settings != NULL && data_least(settings) > 1 && settings->unknown == PARAM_UNSET;
    column->ignore_unknown = (unknown == UNKNOWN_IGNORE || rare) && !class;
    if (settings != NULL && settings->embed > 0) return set_embed(d, column, class, err);
    if (settings == NULL || settings->encode == PARAM_UNSET) return true;
    if (column->type != COLUMN_CATEGORY)
        return refuse(column, "encode", "the column holds numbers; write type: category", err);
    column->index = settings->encode == ENCODE_INDEX && !class;
    if (column->index && d->roles->inputs + d->roles->futures > 1)
        return refuse(column, "encode", "an index is for an embedding layer, and the only input",
                      err);
    return true;
}

static bool add_feature(struct schema_column *column, const char *name, struct error *err) {
    for (size_t f = 0; f < TIME_FEATURES; f++) {
        if (strcmp(time_feature_names[f], name) != 0) continue;
        for (size_t i = 0; i < column->features; i++)
            if (column->feature[i] == f)
                return error_set(err, ERROR_CONFIG, "data.columns.%s.features: %s twice",
                                 column->name, name);
        column->feature[column->features++] = (unsigned char)f;
        return true;
    }
    return error_set(err, ERROR_CONFIG,
                     "data.columns.%s.features: expected minute, hour, weekday, day, yearday or "
                     "month, got \"%s\"",
                     column->name, name);
}

static bool set_time(const struct description *d, struct schema_column *column, size_t file_column,
                     struct error *err) {
    const struct column_options *settings = data_column(d->options, column->name);
    if (column->type != COLUMN_TIME)
        return settings == NULL || settings->features.count == 0 ||
               refuse(column, "features", "the column is no time; write type: time", err);
    if (is_in(d->roles->target, d->roles->targets, file_column))
        return refuse(column, "type", "a time cannot be predicted", err);
    if (settings->features.count == 0)
        return refuse(column, "features", "a time is an input by its features, such as [hour]",
                      err);
    if (settings->format != NULL && !time_format_valid(settings->format))
        return refuse(column, "format", "expected a date such as %Y-%m-%d", err);
    column->indicator = false;
    for (size_t i = 0; i < settings->features.count; i++)
        if (!add_feature(column, settings->features.text[i], err)) return false;
    return true;
}

/* A text is all that a sample is. */
static bool set_text(const struct description *d, struct schema_column *column, size_t file_column,
                     struct error *err) {
    const struct column_options *settings = data_column(d->options, column->name);
    if (column->type != COLUMN_TEXT) return true;
    if (d->roles->inputs > 1)
        return refuse(column, "type", "a text is the only input; name it in data.inputs", err);
    if (is_in(d->roles->target, d->roles->targets, file_column) && !is_text(d, d->roles->input[0]))
        return refuse(column, "type",
                      "a text is written from a text: the input is one too; or write type: "
                      "category",
                      err);
    if (d->sampling->layout != LAYOUT_ROWS || d->sampling->per_step)
        return refuse(column, "type",
                      "a text is a sample by itself: it needs layout rows and one target each",
                      err);
    column->words = settings->unit == UNIT_WORD;
    column->max_length = settings->max_length;
    column->indicator = false;
    column->ignore_unknown = settings->unknown != UNKNOWN_ERROR;
    return true;
}

static bool describe_column(const struct description *d, size_t file_column, struct error *err) {
    struct schema_column *column = &d->schema->column[d->schema->columns];
    const char *name = d->heading->name[file_column];
    bool class_target =
        d->schema->target_kind == TARGET_CLASS && d->roles->target[0] == file_column;
    size_t length = strlen(name);
    if (text_utf8_fault(name, length) != length)
        return error_set(err, ERROR_DATA,
                         "%s: the name of column %zu is not UTF-8; convert the file to UTF-8",
                         d->heading->file, file_column + 1);
    column->name = memory_text(name, err);
    if (column->name == NULL) return false;
    d->from[d->schema->columns++] = file_column;
    column->type = d->category[file_column] || class_target ? COLUMN_CATEGORY : COLUMN_NUMBER;
    const struct column_options *settings = data_column(d->options, column->name);
    int type = settings != NULL ? settings->type : PARAM_UNSET;
    bool featured = settings != NULL && settings->features.count > 0;
    if (type == COLUMN_TIME || (featured && type == PARAM_UNSET)) column->type = COLUMN_TIME;
    if (type == COLUMN_TEXT) column->type = COLUMN_TEXT;
    bool class = class_target || is_label(d, file_column);
    bool input = d->input[file_column];
    return set_transforms(d, column, file_column, err) &&
           set_missing_rule(d, column, class, input, err) && set_encoding(d, column, class, err) &&
           set_time(d, column, file_column, err) && set_text(d, column, file_column, err);
}

static size_t find_from(const struct description *d, size_t file_column) {
    size_t low = 0, high = d->schema->columns;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (d->from[middle] <= file_column)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static bool describe_all(const struct description *d, bool *used, struct error *err) {
    const struct roles *roles = d->roles;
    struct schema *schema = d->schema;
    for (size_t i = 0; i < roles->inputs; i++)
        used[roles->input[i]] = d->input[roles->input[i]] = true;
    for (size_t i = 0; i < roles->targets; i++) used[roles->target[i]] = true;
    for (size_t c = 0; c < d->heading->columns; c++)
        if (used[c] && !describe_column(d, c, err)) return false;
    for (size_t i = 0; i < roles->inputs; i++)
        schema->input[schema->inputs++] = find_from(d, roles->input[i]);
    for (size_t i = 0; i < roles->futures; i++)
        schema->input[schema->inputs++] = find_from(d, roles->future[i]);
    for (size_t i = 0; i < roles->targets; i++)
        schema->target[schema->targets++] = find_from(d, roles->target[i]);
    return true;
}

bool differences_reach_gap(const struct schema_column *column, const struct sampling *s) {
    if (s->layout != LAYOUT_WINDOWS || s->lead <= s->window) return false;
    size_t gap = s->lead - s->window, base = column->difference;
    size_t reach = s->horizon < base ? s->horizon : base;
    return base > 0 && base < gap + reach;
}

static bool check_differences(const struct description *d, struct error *err) {
    for (size_t i = 0; i < d->schema->targets; i++) {
        const struct schema_column *column = &d->schema->column[d->schema->target[i]];
        if (differences_reach_gap(column, d->sampling))
            return refuse(column, "difference",
                          "reaches into data.gap, where values are not known; make the difference "
                          "larger or the gap smaller",
                          err);
    }
    return true;
}

bool describe_columns(struct schema *schema, const struct heading *heading,
                      const struct roles *roles, const struct data_options *options,
                      const struct sampling *sampling, enum target_kind wanted,
                      const bool *category, size_t **from, struct error *err) {
    size_t most = heading->columns;
    struct description d = {schema, heading,  roles, options, sampling,
                            wanted, category, NULL,  NULL};
    schema->column = memory_take(most, sizeof *schema->column, "columns", err);
    schema->input =
        memory_take(roles->inputs + roles->futures, sizeof *schema->input, "columns", err);
    schema->target = memory_take(roles->targets, sizeof *schema->target, "columns", err);
    d.from = *from = memory_take(most, sizeof **from, "columns", err);
    bool *used = memory_take(most, sizeof *used, "columns", err);
    d.input = memory_take(most, sizeof *d.input, "columns", err);
    bool ok = schema->column != NULL && schema->input != NULL && schema->target != NULL &&
              d.from != NULL && used != NULL && d.input != NULL && find_target_kind(&d, err) &&
              describe_all(&d, used, err) && check_differences(&d, err);
    free(used);
    free(d.input);
    return ok;
}
