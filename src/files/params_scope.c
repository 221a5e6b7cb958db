#include "files/params_scope.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "files/params_home.h"

/* ---- phrases ---- */

static struct phrase phrase(const char *text) {
    struct phrase made;
    (void)snprintf(made.text, sizeof made.text, "%s", text);
    return made;
}

struct phrase params_noun(const struct param *row) {
    if (row->topic != NULL) return phrase(row->topic);
    struct phrase noun = phrase(row->selector != NULL ? row->selector : row->key);
    size_t length = strlen(noun.text);
    if (row->type == PARAM_KINDS && length > 1 && noun.text[length - 1] == 's')
        noun.text[length - 1] = '\0';
    return noun;
}

struct phrase params_shown(const char *value) {
    struct phrase shown = phrase("");
    size_t length = strlen(value), cut = 60;
    if (length <= cut) return phrase(value);
    while (cut > 0 && ((unsigned char)value[cut] & 0xc0) == 0x80) cut--;
    memcpy(shown.text, value, cut);
    memcpy(shown.text + cut, "...", 4);
    return shown;
}

/* No upper end: a count near 2^53 is only what a double holds exactly. */
static bool is_open_above(const struct param *row) {
    return row->most <= row->least || row->most >= 0x1p53;
}

static struct phrase wanted_count(const struct param *row) {
    struct phrase made;
    const char *or_word = row->word != NULL ? " or " : "", *word = row->word ? row->word : "";
    if (is_open_above(row))
        (void)snprintf(made.text, sizeof made.text, "integer >= %.0f%s%s", row->least, or_word,
                       word);
    else
        (void)snprintf(made.text, sizeof made.text, "integer %.0f..%.0f%s%s", row->least, row->most,
                       or_word, word);
    return made;
}

static struct phrase wanted_real(const struct param *row) {
    struct phrase made;
    char least[32], most[32];
    if (row->least == 0 && row->most == 0 && !row->above) return phrase("finite number");
    (void)text_double(row->least, least);
    (void)text_double(row->most, most);
    if (!is_open_above(row))
        (void)snprintf(made.text, sizeof made.text, "%s %s x %s %s", least,
                       row->above ? "<" : "<=", row->below ? "<" : "<=", most);
    else if (isinf(row->least))
        return phrase("finite number");
    else
        (void)snprintf(made.text, sizeof made.text, "finite number %s %s",
                       row->above ? ">" : ">=", least);
    return made;
}

/* "a, b, c", cut with dots when there is no more room. */
static struct phrase joined(const char *const *names, size_t count) {
    struct phrase made = phrase("");
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        size_t need = strlen(names[i]) + 2;
        if (used + need + 5 > sizeof made.text) {
            (void)snprintf(made.text + used, sizeof made.text - used, ", ...");
            break;
        }
        used += (size_t)snprintf(made.text + used, sizeof made.text - used, "%s%s",
                                 i > 0 ? ", " : "", names[i]);
    }
    return made;
}

static size_t count_choices(const struct param *row) {
    size_t count = 0;
    while (row->choices[count] != NULL) count++;
    return count;
}

struct phrase params_wanted(const struct param *row) {
    struct phrase made, list;
    switch (row->type) {
    case PARAM_BOOL: return phrase("true or false");
    case PARAM_COUNT: return wanted_count(row);
    case PARAM_REAL: return wanted_real(row);
    case PARAM_CHOICE:
        list = joined(row->choices, count_choices(row));
        (void)snprintf(made.text, sizeof made.text, "one of %.240s", list.text);
        return made;
    case PARAM_REALS: return phrase("a number or a list of them");
    case PARAM_SHAPE: return phrase("a list of up to 4 integers >= 1, ~ for any");
    case PARAM_PART:
        return phrase("a fraction 0 < x < 1, a count of rows >= 1, a file or {from: DATE}");
    default: return phrase("a time such as 60s, 5m or 1h30m, or a count >= 1");
    }
}

/* ---- messages ---- */

/* The sections down to here, each with `joint` behind it, from the nearest kind or the top. */
static void write_path(const struct scope *scope, struct phrase *path) {
    if (scope == NULL || scope->name == NULL || scope->noun != NULL) return;
    write_path(scope->above, path);
    size_t used = strlen(path->text);
    (void)snprintf(path->text + used, sizeof path->text - used, "%.60s.", scope->name);
}

static const struct scope *nearest_kind(const struct scope *scope) {
    while (scope != NULL && scope->noun == NULL) scope = scope->above;
    return scope;
}

/* The keys of a section, into `names` unless that is NULL; how many. */
static size_t list_keys(const struct param *rows, const char **names) {
    size_t count = 0;
    for (const struct param *row = rows; row != NULL && row->key != NULL; row++) {
        const struct kind *kind = row->inlined ? row->kinds : NULL;
        if (kind == NULL) {
            if (names != NULL) names[count] = row->key;
            count++;
        }
        for (; kind != NULL && kind->name != NULL; kind++, count++)
            if (names != NULL) names[count] = kind->name;
    }
    return count;
}

/* Where a key is at home: in this section or below it, else anywhere in the config. */
static bool find_home(const struct scope *scope, const char *key, struct phrase *path) {
    struct phrase home;
    *path = phrase("");
    const struct scope *top = scope;
    while (top->above != NULL) top = top->above;
    if (!params_home(scope->rows, key, NULL, &home))
        return params_home(top->rows, key, scope->rows, path);
    if (strchr(home.text, '.') != NULL) write_path(scope, path);
    size_t used = strlen(path->text);
    (void)snprintf(path->text + used, sizeof path->text - used, "%s", home.text);
    return true;
}

bool params_unknown_key(struct error *err, struct place place, const struct scope *scope,
                        const char *key) {
    struct text what = {0};
    struct phrase path = phrase(""), shown = params_shown(key), home;
    const struct scope *kind = nearest_kind(scope);
    size_t count = list_keys(scope->rows, NULL);
    const char **names = memory_take(count, sizeof *names, "names", err);
    if (names == NULL) return false;
    (void)list_keys(scope->rows, names);
    text_format(&what, "unknown key '%s'", shown.text);
    write_path(scope, &path);
    size_t length = strlen(path.text);
    if (length > 0) text_format(&what, " in '%.*s'", (int)length - 1, path.text);
    if (kind != NULL)
        text_format(&what, " %s %s '%s'", length > 0 ? "of" : "in", kind->noun, kind->name);
    const char *near = text_nearest(key, names, count);
    if (near == NULL && find_home(scope, key, &home)) near = home.text;
    if (near != NULL)
        text_format(&what, "; did you mean '%s'?", near);
    else if (count > 0)
        text_format(&what, "; expected one of %s", joined(names, count).text);
    (void)error_at(err, ERROR_CONFIG, place, "%s", what.bytes != NULL ? what.bytes : "unknown key");
    text_free(&what);
    free(names);
    return false;
}

bool params_misplaced_key(struct error *err, const struct scope *scope, const struct param *row,
                          const struct node *beside, const struct node *item) {
    const struct kind *kind = kind_find(row->kinds, beside->key);
    const char *value = item->form == NODE_SCALAR ? item->text : "...";
    struct phrase noun = params_noun(row), shown = params_shown(value), first = phrase("");
    if (beside->form == NODE_SCALAR && kind->shorthand != NULL)
        (void)snprintf(first.text, sizeof first.text, "%.60s: %.60s, ", kind->shorthand,
                       params_shown(beside->text).text);
    else if (beside->count > 0)
        first = phrase("..., ");
    return error_at(err, ERROR_CONFIG, item->key_place,
                    "unknown key '%s' in %s '%s'; it belongs to the %s: %s: {%s: {%s%s: %s}}",
                    item->key, scope->noun, scope->name, noun.text, scope->name, kind->name,
                    first.text, item->key, shown.text);
}

bool params_missing_key(struct error *err, const struct scope *scope, const char *key) {
    struct phrase path = phrase("");
    const struct scope *kind = nearest_kind(scope);
    write_path(scope, &path);
    if (kind == NULL)
        return error_at(err, ERROR_CONFIG, scope->place, "missing required key '%s%s'", path.text,
                        key);
    return error_at(err, ERROR_CONFIG, scope->place, "missing required key '%s%s' in %s '%s'",
                    path.text, key, kind->noun, kind->name);
}

bool params_missing_value(struct error *err, const struct param *row, const struct node *node) {
    bool text = row->type == PARAM_TEXT || row->type == PARAM_TEXTS || row->type == PARAM_PART;
    if (text && *node->text != '\0')
        return error_at(err, ERROR_CONFIG, node->place,
                        "%s: missing value (the text %s needs quotes)", row->key, node->text);
    if (text)
        return error_at(err, ERROR_CONFIG, node->place,
                        "%s: missing value (the text # needs quotes: \"#\")", row->key);
    return error_at(err, ERROR_CONFIG, node->place, "%s: missing value", row->key);
}

bool params_no_section(struct error *err, const struct param *row, const struct node *node) {
    const char **names = memory_take(list_keys(row->rows, NULL), sizeof *names, "names", err);
    if (names == NULL) return false;
    struct phrase keys = joined(names, list_keys(row->rows, names));
    free(names);
    return error_at(err, ERROR_CONFIG, node->place, "%s: expected mapping, got %s; its keys are %s",
                    row->key, node_form_name(node->form), keys.text);
}

/* ---- look-ups ---- */

const struct param *params_row(const struct param *rows, const char *key) {
    if (rows == NULL) return NULL;
    while (rows->key != NULL && (rows->inlined || strcmp(rows->key, key) != 0)) rows++;
    return rows->key != NULL ? rows : NULL;
}

const struct param *params_inlined(const struct param *rows, const char *name) {
    for (; rows != NULL && rows->key != NULL; rows++)
        if (rows->inlined && kind_find(rows->kinds, name) != NULL) return rows;
    return NULL;
}

const struct kind *params_kind(const struct param *row, const char *name, struct place place,
                               struct error *err) {
    size_t count = 0;
    for (const struct kind *kind = row->kinds; kind->name != NULL; kind++, count++)
        if (strcmp(kind->name, name) == 0) return kind;
    const char **names = memory_take(count, sizeof *names, "names", err);
    if (names == NULL) return NULL;
    for (size_t i = 0; i < count; i++) names[i] = row->kinds[i].name;
    struct phrase list = joined(names, count), noun = params_noun(row), shown = params_shown(name);
    struct phrase home;
    const struct param alone[] = {*row, {.key = NULL}};
    const char *near = text_nearest(name, names, count);
    if (near == NULL && params_home(alone, name, NULL, &home)) near = home.text;
    (void)error_at(err, ERROR_CONFIG, place, "unknown %s '%s': expected one of %s%s%s%s", noun.text,
                   shown.text, list.text, near != NULL ? "; did you mean '" : "",
                   near != NULL ? near : "", near != NULL ? "'?" : "");
    free(names);
    return NULL;
}
