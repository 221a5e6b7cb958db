#include "data/roles.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* A choice of columns, in the order in which they were named. */
struct choice {
    const struct heading *heading;
    size_t *column;
    size_t count;
    bool *chosen;
    const bool *barred; /* columns that only their own name chooses; or NULL */
};

static bool choice_start(struct choice *choice, const struct heading *heading, const bool *barred,
                         struct error *err) {
    *choice = (struct choice){.heading = heading, .barred = barred};
    choice->column = memory_take(heading->columns, sizeof *choice->column, "columns", err);
    choice->chosen = memory_take(heading->columns, sizeof *choice->chosen, "columns", err);
    return choice->column != NULL && choice->chosen != NULL;
}

static void choice_free(struct choice *choice) {
    free(choice->column);
    free(choice->chosen);
}

static void choose(struct choice *choice, size_t column) {
    if (choice->chosen[column]) return;
    choice->chosen[column] = true;
    choice->column[choice->count++] = column;
}

static void choose_open(struct choice *choice, size_t column) {
    if (choice->barred == NULL || !choice->barred[column]) choose(choice, column);
}

static bool choose_range(struct choice *choice, const char *range, const char *dots,
                         struct error *err) {
    char *name = memory_text(range, err);
    if (name == NULL) return false;
    size_t first, last;
    name[dots - range] = '\0';
    bool ok = heading_column(choice->heading, name, &first, err) &&
              heading_column(choice->heading, dots + 2, &last, err);
    free(name);
    if (!ok) return false;
    if (first > last)
        return error_set(err, ERROR_DATA,
                         "%s: column \"%s\" comes before \"%s\" in the file, not "
                         "after it as in the range \"%s\"",
                         choice->heading->file, choice->heading->name[last],
                         choice->heading->name[first], range);
    for (size_t i = first; i <= last; i++) choose_open(choice, i);
    return true;
}

static bool choose_pattern(struct choice *choice, const char *pattern, struct error *err) {
    bool any = false;
    for (size_t i = 0; i < choice->heading->fields; i++) {
        if (!text_matches(pattern, choice->heading->name[i])) continue;
        any = true;
        choose_open(choice, i);
    }
    return any || heading_lacks(choice->heading, pattern, err);
}

/* An exact name wins over a range, and a range over a pattern. */
static bool choose_by(struct choice *choice, const char *text, struct error *err) {
    size_t column, twice;
    const char *dots = strstr(text, "..");
    if (heading_find(choice->heading, text, &twice) == SIZE_MAX) {
        if (dots != NULL && dots != text && dots[2] != '\0')
            return choose_range(choice, text, dots, err);
        if (strchr(text, '*') != NULL) return choose_pattern(choice, text, err);
    }
    if (!heading_column(choice->heading, text, &column, err)) return false;
    choose(choice, column);
    return true;
}

static bool choose_all(struct choice *choice, const struct param_texts *texts, struct error *err) {
    for (size_t i = 0; i < texts->count; i++)
        if (!choose_by(choice, texts->text[i], err)) return false;
    return true;
}

static bool find_single(const struct heading *heading, const char *name, size_t *column,
                        struct error *err) {
    *column = SIZE_MAX;
    return name == NULL || heading_column(heading, name, column, err);
}

/* Settings for a column that is not there are a slip. */
static bool check_settings(const struct heading *heading, const struct data_options *options,
                           struct error *err) {
    size_t column;
    for (size_t i = 0; i < options->columns.count; i++)
        if (!heading_column(heading, options->columns.name[i], &column, err)) return false;
    return true;
}

static bool needs_target(const struct heading *heading, struct error *err) {
    struct text names = {0};
    for (size_t i = 0; i < heading->fields && i < 24; i++)
        text_format(&names, "%s%s", i > 0 ? ", " : "", heading->name[i]);
    if (heading->fields > 24) text_add(&names, ", ...");
    (void)error_set(err, ERROR_CONFIG,
                    "missing required key data.targets: which column of %s is to be predicted? It "
                    "has %s",
                    heading->file, names.bytes != NULL ? names.bytes : "columns");
    text_free(&names);
    return false;
}

/* A time is an input by its features. */
static bool is_mere_time(const struct column_options *settings, bool time) {
    if (settings == NULL) return time;
    return (time || settings->type == COLUMN_TIME) && settings->features.count == 0;
}

/* The columns that are inputs when nothing says which. */
static void default_inputs(struct choice *inputs, const struct roles *roles,
                           const struct data_options *options, const struct choice *targets,
                           bool with_targets) {
    const struct heading *heading = inputs->heading;
    for (size_t i = 0; i < heading->columns; i++) {
        if (i == roles->id || i == roles->weight || heading->blank[i]) continue;
        if (targets->chosen[i] && !with_targets) continue;
        if (is_mere_time(data_column(options, heading->name[i]), i == roles->time)) continue;
        choose_open(inputs, i);
    }
}

/* What is given to find roles by, and what is found on the way. */
struct finding {
    const struct heading *heading;
    const struct data_options *options;
    const struct sampling *sampling;
    enum target_kind wanted;
    const bool *category;
    const char *weight;
    struct choice ignored, inputs, targets, future;
};

static bool has_class_target(const struct finding *f) {
    if (f->wanted != TARGET_FOUND) return f->wanted == TARGET_CLASS;
    for (size_t i = 0; i < f->targets.count; i++)
        if (f->category[f->targets.column[i]]) return true;
    return false;
}

static bool find_inputs(struct finding *f, const struct roles *roles, struct error *err) {
    if (f->options->inputs.count > 0) {
        if (!choose_all(&f->inputs, &f->options->inputs, err)) return false;
    } else {
        bool leaks = sampling_overlaps(f->sampling) || has_class_target(f);
        default_inputs(&f->inputs, roles, f->options, &f->targets, f->targets.count == 0 || !leaks);
    }
    if (f->inputs.count > 0) return true;
    return error_set(err, ERROR_CONFIG, "data.inputs: no column of %s is left to be an input",
                     f->heading->file);
}

static bool find_targets(struct finding *f, struct error *err) {
    const struct param_texts *targets = &f->options->targets;
    if (!choose_all(&f->targets, targets, err)) return false;
    if (f->targets.count > 0 || targets->count == 0) return true;
    return error_set(err, ERROR_CONFIG, "data.targets: every column it matches is ignored");
}

static bool find_future(struct finding *f, struct error *err) {
    if (!choose_all(&f->future, &f->options->future, err)) return false;
    for (size_t i = 0; i < f->future.count; i++) {
        size_t column = f->future.column[i];
        const char *name = f->heading->name[column];
        if (f->targets.chosen[column])
            return error_set(err, ERROR_CONFIG,
                             "data.future: \"%s\" is a target, which is not known ahead", name);
        if (!f->inputs.chosen[column])
            return error_set(err, ERROR_CONFIG, "data.future: \"%s\" is no input", name);
    }
    return true;
}

static bool find_roles(struct finding *f, struct roles *roles, struct error *err) {
    const struct data_options *options = f->options;
    if (!choice_start(&f->ignored, f->heading, NULL, err) ||
        !choice_start(&f->inputs, f->heading, f->ignored.chosen, err) ||
        !choice_start(&f->targets, f->heading, f->ignored.chosen, err) ||
        !choice_start(&f->future, f->heading, f->ignored.chosen, err) ||
        !check_settings(f->heading, options, err) ||
        !find_single(f->heading, options->sequence_id, &roles->id, err) ||
        !find_single(f->heading, options->time, &roles->time, err) ||
        !find_single(f->heading, f->weight, &roles->weight, err) ||
        !choose_all(&f->ignored, &options->ignore, err) || !find_targets(f, err) ||
        !find_inputs(f, roles, err))
        return false;
    if (f->targets.count > 0) return find_future(f, err);
    if (sampling_overlaps(f->sampling) || f->inputs.count != 1)
        return needs_target(f->heading, err);
    choose(&f->targets, f->inputs.column[0]);
    return find_future(f, err);
}

bool roles_find(struct roles *roles, const struct heading *heading,
                const struct data_options *options, const struct sampling *sampling,
                enum target_kind wanted, const bool *category, const char *weight,
                struct error *err) {
    struct finding f = {heading, options, sampling, wanted, category, weight, {0}, {0}, {0}, {0}};
    *roles = (struct roles){.id = SIZE_MAX, .time = SIZE_MAX, .weight = SIZE_MAX};
    bool ok = find_roles(&f, roles, err);
    if (ok) {
        *roles = (struct roles){.input = f.inputs.column,
                                .target = f.targets.column,
                                .inputs = f.inputs.count,
                                .targets = f.targets.count,
                                .future = f.future.column,
                                .futures = f.future.count,
                                .id = roles->id,
                                .time = roles->time,
                                .weight = roles->weight};
        f.inputs.column = f.targets.column = f.future.column = NULL;
    }
    choice_free(&f.ignored);
    choice_free(&f.inputs);
    choice_free(&f.targets);
    choice_free(&f.future);
    return ok;
}

void roles_free(struct roles *roles) {
    free(roles->input);
    free(roles->target);
    free(roles->future);
    *roles = (struct roles){0};
}
