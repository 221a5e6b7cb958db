#include "tools/answers.h"

#include "tools/beside.h"
#include <string.h>

static const struct schema_column *target_column(const struct answers *answers, size_t target) {
    return &answers->schema->column[answers->schema->target[target]];
}

static bool classes(const struct answers *answers) {
    return answers->schema->target_kind == TARGET_CLASS;
}

bool answers_check(const struct answers *answers, struct error *err) {
    const char *option = answers->probabilities ? "probabilities" : "top-k";
    if (answers->probabilities && answers->top > 0)
        return error_set(err, ERROR_CONFIG, "--probabilities and --top-k exclude each other");
    if (classes(answers) || (!answers->probabilities && answers->top == 0)) return true;
    return error_set(err, ERROR_CONFIG, "--%s: the target '%s' is a number, not a class", option,
                     target_column(answers, 0)->name);
}

static size_t shown_classes(const struct answers *answers) {
    return answers->top < answers->schema->classes ? answers->top : answers->schema->classes;
}

static size_t levels(const struct answers *answers) {
    return answers->levels != NULL && answers->levels->count > 0 ? answers->levels->count : 1;
}

static size_t count_fields(const struct answers *answers) {
    if (!classes(answers)) return answers->targets * levels(answers);
    if (answers->probabilities) return answers->schema->classes;
    return answers->top > 0 ? 2 * shown_classes(answers) : 1;
}

static void add_class(const struct answers *answers, size_t class, struct text *to) {
    const struct schema_column *column = target_column(answers, 0);
    if (class < column->categories)
        text_add(to, column->category[class]);
    else
        text_format(to, "%zu", class);
}

/* ---- header ---------------------------------------------------------------------------------- */

static void add_class_name(const struct answers *answers, size_t field, struct text *name) {
    if (answers->probabilities) {
        text_add(name, "p_");
        add_class(answers, field, name);
    } else if (answers->top == 0) {
        text_add(name, target_column(answers, 0)->name);
    } else {
        text_format(name, "%s_%zu", field % 2 == 0 ? target_column(answers, 0)->name : "p",
                    field / 2 + 1);
    }
}

static void add_number_name(const struct answers *answers, size_t field, struct text *name) {
    /* A row of steps has a column for each step's target: the first one lends its name. */
    size_t horizon = answers->targets < answers->schema->targets
                         ? 1
                         : answers->targets / answers->schema->targets;
    size_t target = field / levels(answers);
    char percent[32];
    text_add(name, target_column(answers, target / horizon)->name);
    if (horizon > 1) text_format(name, "+%zu", target % horizon + 1);
    if (answers->levels == NULL || answers->levels->count == 0) return;
    double level = 100 * answers->levels->value[field % levels(answers)];
    text_format(name, "_q%s", text_number(level, percent));
}

void answers_header(const struct answers *answers, const struct dataset *data, struct text *to) {
    for (size_t i = 0; i < count_fields(answers); i++) {
        struct text name = {0};
        if (classes(answers))
            add_class_name(answers, i, &name);
        else
            add_number_name(answers, i, &name);
        if (i > 0) text_add(to, ",");
        beside_add_name(data, &name, to);
    }
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void add_number(struct text *to, double value) {
    char number[32];
    text_add(to, text_number(value, number));
}

static void add_class_field(const struct answers *answers, size_t class, struct text *to) {
    const struct schema_column *column = target_column(answers, 0);
    if (class < column->categories)
        text_add_csv(to, column->category[class]);
    else
        add_class(answers, class, to);
}

/* Is class a before class b, the more probable first, equal ones in their order? */
static bool before(const double *probability, size_t a, size_t b) {
    return probability[a] > probability[b] || (a < b && probability[a] == probability[b]);
}

/* The class that comes next after `last` by probability; SIZE_MAX asks for the first. */
static size_t next_class(const double *probability, size_t count, size_t last) {
    size_t best = SIZE_MAX;
    for (size_t c = 0; c < count; c++) {
        if (last != SIZE_MAX && !before(probability, last, c)) continue;
        if (best == SIZE_MAX || before(probability, c, best)) best = c;
    }
    return best;
}

static void add_top(const struct answers *answers, const double *probability, size_t count,
                    struct text *to) {
    size_t class = SIZE_MAX;
    for (size_t k = 0; k < shown_classes(answers); k++) {
        class = next_class(probability, count, class);
        if (k > 0) text_add(to, ",");
        if (class == SIZE_MAX) { /* a probability that is not a number has no place in the order */
            text_add(to, ",");
            continue;
        }
        add_class_field(answers, class, to);
        text_add(to, ",");
        add_number(to, probability[class]);
    }
}

static void add_class_answer(const struct answers *answers, const double *output, struct text *to) {
    size_t width = answers->outputs, best = 0;
    const double two[2] = {1 - output[0], output[0]};
    const double *probability = width == 1 ? two : output; /* one sigmoid speaks for two classes */
    if (width == 1) width = 2;
    if (answers->top > 0) {
        add_top(answers, probability, width, to);
        return;
    }
    if (!answers->probabilities) {
        for (size_t c = 1; c < width; c++)
            if (probability[c] > probability[best]) best = c;
        add_class_field(answers, best, to);
        return;
    }
    for (size_t c = 0; c < answers->schema->classes; c++) {
        if (c > 0) text_add(to, ",");
        add_number(to, c < width ? probability[c] : 0);
    }
}

void answers_add(const struct answers *answers, const double *output, struct text *to) {
    if (classes(answers)) {
        add_class_answer(answers, output, to);
        return;
    }
    for (size_t i = 0; i < answers->outputs; i++) {
        if (i > 0) text_add(to, ",");
        add_number(to, output[i]);
    }
}

void answers_add_empty(const struct answers *answers, struct text *to) {
    for (size_t i = 1; i < count_fields(answers); i++) text_add(to, ",");
}
