/* The columns of the data, as rnninfo tells of them. */
#include <stdint.h>
#include <string.h>

#include "tools/info.h"
#include "tools/wrap.h"

static const char *const scale_names[] = {"none", "standard", "minmax", "robust"};

static void add_categories(const struct schema_column *column, struct text *line) {
    enum { SHOWN = 8 };
    const char *kind = column->type != COLUMN_TEXT ? "category"
                       : column->words             ? "text, words"
                                                   : "text, characters";
    text_format(line, "%s of %zu (", kind, column->categories);
    for (size_t i = 0; i < column->categories && i < SHOWN; i++) {
        if (i > 0) text_add(line, ", ");
        text_add_safe(line, column->category[i]);
    }
    text_add(line, column->categories > SHOWN ? ", ...)" : ")");
    if (column->embed > 0)
        text_format(line, ", a vector of %zu", column->embed);
    else if (column->index && column->type != COLUMN_TEXT)
        text_add(line, ", an id");
    if (column->type == COLUMN_TEXT) text_format(line, ", the longest has %zu", column->longest);
    if (column->ignore_unknown) text_add(line, ", others are ignored");
}

static void add_number(const struct schema_column *column, struct text *line) {
    char center[32], spread[32];
    text_add(line, "number");
    if (column->log) text_add(line, ", log");
    if (column->difference > 0) text_format(line, ", difference %zu", column->difference);
    if (column->scale != SCALE_NONE)
        text_format(line, ", scale %s (center %s, spread %s)", scale_names[column->scale],
                    text_number(column->center, center), text_number(column->spread, spread));
}

static void add_time(const struct schema_column *column, struct text *line) {
    text_add(line, "time, its ");
    for (size_t i = 0; i < column->features; i++)
        text_format(line, "%s%s", i > 0 ? ", " : "", time_feature_names[column->feature[i]]);
}

static void add_missing(const struct schema_column *column, struct text *line) {
    static const char *const rules[] = {[MISSING_DROP] = "the row is dropped",
                                        [MISSING_FORWARD] = "the value before",
                                        [MISSING_INTERPOLATE] = "interpolated"};
    char fill[32];
    if (column->missing == MISSING_MEAN || column->missing == MISSING_NUMBER)
        text_format(line, ", missing: %s", text_number(column->fill, fill));
    else if (column->missing != MISSING_ERROR)
        text_format(line, ", missing: %s", rules[column->missing]);
    if (column->indicator) text_add(line, ", with an indicator");
}

static void add_column(const struct schema_column *column, size_t columns, struct text *to) {
    struct text line = {0};
    text_add_safe(&line, column->name);
    text_add(&line, ": ");
    if (column->type == COLUMN_NUMBER)
        add_number(column, &line);
    else if (column->type == COLUMN_TIME)
        add_time(column, &line);
    else
        add_categories(column, &line);
    add_missing(column, &line);
    wrap_take(&line, 4, columns, to);
}

static void add_columns(const char *title, const struct schema *schema, const size_t *column,
                        size_t count, size_t columns, struct text *to) {
    text_format(to, "  %s\n", title);
    for (size_t i = 0; i < count; i++) add_column(&schema->column[column[i]], columns, to);
}

static void add_layout(const struct info *info, struct text *line) {
    const struct sampling *s = &info->sampling;
    const struct schema *schema = &info->checkpoint->schema;
    if (s->layout == LAYOUT_WINDOWS)
        text_format(line, "windows of %zu row%s", s->window, text_plural(s->window));
    else if (s->layout == LAYOUT_SEQUENCES)
        text_add(line, "sequences of any length");
    else if (schema->steps > 0)
        text_format(line, "rows of %zu step%s", schema->steps, text_plural(schema->steps));
    else
        text_add(line, "rows of any length");
    if (s->per_step)
        text_add(line, ", a target for each step");
    else if (s->layout == LAYOUT_WINDOWS)
        text_format(line, ", horizon %zu", s->horizon);
    text_format(line, ", %zu feature%s a step", schema->features, text_plural(schema->features));
}

void info_data_to_text(const struct info *info, size_t columns, struct text *to) {
    const struct schema *schema = &info->checkpoint->schema;
    size_t ahead = schema_ahead(schema);
    struct text line = {0};
    add_layout(info, &line);
    wrap_take(&line, 2, columns, to);
    add_columns("inputs", schema, schema->input, schema->inputs - ahead, columns, to);
    if (ahead > 0)
        add_columns("inputs known ahead", schema, schema->input + schema->inputs - ahead, ahead,
                    columns, to);
    add_columns("targets", schema, schema->target, schema->targets, columns, to);
}
