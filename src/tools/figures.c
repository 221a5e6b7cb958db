#include "tools/figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "files/json.h"

bool figures_add(struct figures *figures, const char *prefix, const char *name, double value,
                 struct error *err) {
    struct text full = {0};
    if (!memory_grow(&figures->item, &figures->capacity, figures->count + 1, sizeof *figures->item,
                     "figures", err))
        return false;
    text_add(&full, prefix);
    text_add(&full, name);
    char *taken = text_take(&full, err);
    if (taken == NULL) return false;
    figures->item[figures->count++] = (struct figure){taken, value};
    return true;
}

void figures_free(struct figures *figures) {
    for (size_t i = 0; i < figures->count; i++) free((char *)figures->item[i].name);
    free(figures->item);
    *figures = (struct figures){0};
}

void figures_to_json(const struct figures *figures, struct text *to) {
    for (size_t i = 0; i < figures->count; i++) {
        json_key(to, figures->item[i].name);
        json_add_number(to, figures->item[i].value);
    }
}

const char *figure_text(double value, int digits, char to[static 32]) {
    if (isnan(value))
        (void)snprintf(to, 32, "-");
    else
        (void)snprintf(to, 32, "%.*g", digits, value);
    return to;
}

const char *figure_text_skill(double value, double limit, char to[static 32]) {
    if (!(fabs(value) < limit)) return figure_text(value, 3, to);
    (void)snprintf(to, 32, "%.3f", value);
    return to;
}

static bool value_of(const struct figures *figures, const char *expression, enum truth *value,
                     struct text *seen, struct error *err) {
    static const struct figure none = {"", 0};
    const struct figure *item = figures->count > 0 ? figures->item : &none;
    return expression_value(expression, "--fail-if", item, figures->count, value, seen, err);
}

bool figures_check_gate(const struct figures *figures, const char *expression, struct error *err) {
    enum truth ignored;
    return value_of(figures, expression, &ignored, NULL, err);
}

bool figures_pass_gate(const struct figures *figures, const char *expression, struct error *err) {
    enum truth value;
    struct text seen = {0};
    bool good = value_of(figures, expression, &value, &seen, err);
    if (good && value != TRUTH_FALSE)
        good = error_set(err, ERROR_GATE, "--fail-if %s: %s (%s)", expression,
                         value == TRUTH_TRUE ? "true" : "cannot be told",
                         seen.bytes != NULL ? seen.bytes : "no figure asked for");
    text_free(&seen);
    return good;
}
