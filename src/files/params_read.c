/* A section of a config into its struct. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "files/params.h"
#include "files/params_scalar.h"
#include "files/params_scope.h"

static bool read_value(const struct param *row, const struct node *node, const struct scope *scope,
                       void *to, struct error *err);

/* The keys of a mapping; a node of NULL has none. `skip` is a key that was read already. */
static bool read_rows(const struct param *rows, const struct node *node, const char *skip,
                      const struct scope *scope, void *to, struct error *err);

static bool wrong_form(struct error *err, const struct param *row, const struct node *node,
                       const char *expected) {
    return error_at(err, ERROR_CONFIG, node->place, "%s: expected %s, got %s", row->key, expected,
                    node_form_name(node->form));
}

/* ---- lists ---- */

/* The node itself stands for a list of one. */
static size_t list_count(const struct node *node) {
    return node->form == NODE_SEQUENCE ? node->count : 1;
}

static const struct node *list_item(const struct node *node, size_t i) {
    return node->form == NODE_SEQUENCE ? node->item[i] : node;
}

static bool refuse_empty(const struct param *row, const struct node *node, struct error *err) {
    if (list_count(node) > 0 || row->preset != NULL) return true;
    return error_at(err, ERROR_CONFIG, node->place, "%s: expected at least one, got an empty list",
                    row->key);
}

static bool read_texts(const struct param *row, const struct node *node, struct param_texts *to,
                       struct error *err) {
    size_t count = list_count(node);
    if (node->form == NODE_MAPPING) return wrong_form(err, row, node, "a text or a list of texts");
    if (!refuse_empty(row, node, err)) return false;
    to->text = memory_take(count, sizeof *to->text, "texts", err);
    for (size_t i = 0; to->text != NULL && i < count; i++) {
        const struct node *item = list_item(node, i);
        if (item->form != NODE_SCALAR) return wrong_form(err, row, item, "scalar");
        to->text[i] = scalar_text(row, item, err);
        if (to->text[i] == NULL) return false;
        to->count = i + 1;
    }
    return to->text != NULL;
}

static bool read_reals(const struct param *row, const struct node *node, struct param_reals *to,
                       struct error *err) {
    size_t count = list_count(node);
    struct param number = *row;
    number.type = PARAM_REAL;
    if (node->form == NODE_MAPPING) return wrong_form(err, row, node, "a number or a list of them");
    if (!refuse_empty(row, node, err)) return false;
    to->value = memory_take(count, sizeof *to->value, "numbers", err);
    for (size_t i = 0; to->value != NULL && i < count; i++) {
        const struct node *item = list_item(node, i);
        if (item->form != NODE_SCALAR) return wrong_form(err, row, item, "scalar");
        if (node_is_null(item)) return params_missing_value(err, row, item);
        if (!scalar_read(&number, item, &to->value[i], err)) return false;
        to->count = i + 1;
    }
    return to->value != NULL;
}

static bool read_shape(const struct param *row, const struct node *node, struct param_shape *to,
                       struct error *err) {
    const size_t most = sizeof to->extent / sizeof *to->extent;
    struct param extent = *row;
    extent.least = 1;
    extent.most = 0x1p53;
    if (node->form != NODE_SEQUENCE) return wrong_form(err, row, node, "sequence");
    if (node->count == 0 || node->count > most)
        return error_at(err, ERROR_CONFIG, node->place, "%s: expected %s, got %zu of them",
                        row->key, params_wanted(row).text, node->count);
    extent.type = PARAM_COUNT;
    for (size_t i = 0; i < node->count; i++) {
        const struct node *item = node->item[i];
        if (item->form != NODE_SCALAR) return wrong_form(err, row, item, "scalar");
        to->extent[i] = PARAM_NO_COUNT;
        if (node_is_null(item) && *item->text == '\0') return params_missing_value(err, row, item);
        if (!node_is_null(item) && !scalar_count(&extent, item, &to->extent[i], err)) return false;
        to->count = i + 1;
    }
    return true;
}

/* ---- kinds ---- */

/* What the settings of a kind look like in its place: `{name: value}`, `name`, or, with a selector,
 * the mapping that holds the name among its keys. */
struct choice {
    const char *name;
    struct place place;
    const struct node *value; /* NULL: a name alone */
};

/* `- lstm:` with its keys not indented under it gives a mapping of several keys, the first empty.
 */
static bool refuse_several(const struct param *row, const struct node *node, struct error *err) {
    const struct node *first = node->item[0];
    struct phrase noun = params_noun(row);
    for (const struct kind *kind = row->kinds; kind->name != NULL; kind++)
        if (strcmp(kind->name, first->key) == 0 && node_is_null(first))
            return error_at(err, ERROR_CONFIG, node->item[1]->key_place,
                            "'%s' stands beside %s '%s', not under it; indent it further",
                            params_shown(node->item[1]->key).text, noun.text, kind->name);
    return error_at(err, ERROR_CONFIG, node->item[1]->key_place,
                    "expected one %s, got a second key '%s' beside '%s'%s", noun.text,
                    params_shown(node->item[1]->key).text, params_shown(first->key).text,
                    row->type == PARAM_KINDS ? " (each begins with '- ')" : "");
}

static bool choose_selected(const struct param *row, const struct node *node,
                            const struct scope *scope, struct choice *choice, struct error *err) {
    const struct node *name = node_find(node, row->selector);
    const struct scope inside = {scope, NULL, row->key, node->place, row->rows};
    if (name == NULL) return params_missing_key(err, &inside, row->selector);
    if (name->form != NODE_SCALAR)
        return error_at(err, ERROR_CONFIG, name->place, "%s: expected scalar, got %s",
                        row->selector, node_form_name(name->form));
    if (node_is_null(name))
        return error_at(err, ERROR_CONFIG, name->place, "%s: missing value", row->selector);
    *choice = (struct choice){name->text, name->place, node};
    return true;
}

static bool choose(const struct param *row, const struct node *node, const struct scope *scope,
                   struct choice *choice, struct error *err) {
    if (node->form == NODE_SCALAR && node_is_null(node))
        return params_missing_value(err, row, node);
    if (node->form == NODE_SCALAR) {
        *choice = (struct choice){node->text, node->place, NULL};
        return true;
    }
    struct phrase noun = params_noun(row), expected;
    (void)snprintf(expected.text, sizeof expected.text, "one %.60s (a name or {name: {...}})",
                   noun.text);
    if (node->form == NODE_SEQUENCE || node->count == 0)
        return wrong_form(err, row, node, expected.text);
    if (row->selector != NULL) return choose_selected(row, node, scope, choice, err);
    if (node->count > 1) return refuse_several(row, node, err);
    *choice = (struct choice){node->item[0]->key, node->item[0]->key_place, node->item[0]};
    return true;
}

/* The first key that has no default, or NULL. */
static const char *required_key(const struct kind *kind) {
    const struct param *row = kind->params;
    while (row != NULL && row->key != NULL && row->preset != NULL) row++;
    if (row == NULL || row->key == NULL) return NULL;
    return row->inlined ? row->kinds->name : row->key;
}

static bool needs_value(const struct param *row, const struct kind *kind, struct place place,
                        struct error *err) {
    const char *key = required_key(kind);
    struct phrase noun = params_noun(row);
    if (kind->shorthand != NULL && strcmp(kind->shorthand, key) == 0)
        return error_at(err, ERROR_CONFIG, place,
                        "missing value: %s '%s' needs '%s', as in '%s: %s' or '%s: {%s: ...}'",
                        noun.text, kind->name, key, kind->name, key, kind->name, key);
    return error_at(err, ERROR_CONFIG, place,
                    "missing value: %s '%s' needs '%s', as in '%s: {%s: ...}'", noun.text,
                    kind->name, key, kind->name, key);
}

/* `lstm: 64`: the value is the one of the key that the short form stands for. */
static bool read_short(const struct param *row, const struct kind *kind, const struct node *value,
                       const struct scope *scope, void *to, struct error *err) {
    struct node mapping = {.form = NODE_MAPPING, .place = value->place, .count = 1};
    if (kind->shorthand == NULL)
        return error_at(err, ERROR_CONFIG, value->place,
                        "%s '%s': expected {key: value, ...}, got %s", params_noun(row).text,
                        kind->name, node_form_name(value->form));
    struct node item = *value;
    item.key = (char *)kind->shorthand;
    mapping.item = (struct node *[]){&item};
    return read_rows(kind->params, &mapping, NULL, scope, to, err);
}

static bool read_settings(const struct param *row, const struct kind *kind,
                          const struct choice *choice, const struct scope *above, void *to,
                          struct error *err) {
    struct phrase noun = params_noun(row);
    const struct node *value = choice->value;
    const struct scope scope = {above, noun.text, kind->name, choice->place, kind->params};
    bool bare = value == NULL || (value->form == NODE_SCALAR && node_is_null(value));
    if (bare && row->selector == NULL && required_key(kind) != NULL)
        return needs_value(row, kind, choice->place, err);
    if (bare) return read_rows(kind->params, NULL, NULL, &scope, to, err);
    if (value->form != NODE_MAPPING) return read_short(row, kind, value, &scope, to, err);
    return read_rows(kind->params, value, row->selector, &scope, to, err);
}

/* `learning_rate: 0.1` where a name could stand: a value of the plain kind, in its short form. */
static bool choose_plain(const struct param *row, const struct node *node, struct choice *choice) {
    if (row->plain == NULL || node->form != NODE_SCALAR || node_is_null(node)) return false;
    if (!node->quoted && kind_find(row->kinds, node->text) != NULL) return false;
    *choice = (struct choice){row->plain, node->place, node};
    return true;
}

static bool take_choice(const struct param *row, const struct choice *choice,
                        const struct scope *scope, struct param_kind *to, struct error *err) {
    const struct kind *kind = params_kind(row, choice->name, choice->place, err);
    if (kind == NULL) return false;
    to->settings = memory_take(1, kind->size, "settings", err);
    if (to->settings == NULL) return false;
    to->kind = kind;
    to->place = choice->place;
    return read_settings(row, kind, choice, scope, to->settings, err);
}

static bool read_kind(const struct param *row, const struct node *node, const struct scope *scope,
                      struct param_kind *to, struct error *err) {
    struct choice choice = {0};
    return (choose_plain(row, node, &choice) || choose(row, node, scope, &choice, err)) &&
           take_choice(row, &choice, scope, to, err);
}

/* One of the section's own keys is the kind's name. */
static bool read_inlined(const struct param *row, const struct node *mapping,
                         const struct scope *scope, struct param_kind *to, struct error *err) {
    const struct node *chosen = NULL;
    for (size_t i = 0; mapping != NULL && i < mapping->count; i++) {
        const struct node *item = mapping->item[i];
        if (kind_find(row->kinds, item->key) == NULL) continue;
        if (chosen != NULL)
            return error_at(err, ERROR_CONFIG, item->key_place,
                            "expected one %s, got a second, '%s', beside '%s'", row->key, item->key,
                            chosen->key);
        chosen = item;
    }
    if (chosen == NULL) return params_missing_key(err, scope, row->kinds->name);
    struct choice choice = {chosen->key, chosen->key_place, chosen};
    return take_choice(row, &choice, scope, to, err);
}

static bool read_kinds(const struct param *row, const struct node *node, const struct scope *scope,
                       struct param_kinds *to, struct error *err) {
    size_t count = list_count(node);
    if (!refuse_empty(row, node, err)) return false;
    to->item = memory_take(count, sizeof *to->item, "settings", err);
    if (to->item == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        to->count = i + 1;
        if (!read_kind(row, list_item(node, i), scope, &to->item[i], err)) return false;
    }
    return true;
}

/* ---- sections and maps ---- */

static bool read_section(const struct param *row, const struct node *node,
                         const struct scope *above, void *to, struct error *err) {
    const struct scope scope = {above, NULL, row->key, node != NULL ? node->place : above->place,
                                row->rows};
    bool optional = row->preset != NULL && strcmp(row->preset, "~") == 0;
    /* `output:` with nothing under it is a section whose keys are all left out. */
    if (node != NULL && node->form == NODE_SCALAR && node_is_null(node) && !optional) node = NULL;
    if (node != NULL && node->form == NODE_SCALAR && node_is_null(node))
        return params_missing_value(err, row, node);
    if (node != NULL && node->form != NODE_MAPPING)
        return optional ? params_no_section(err, row, node) : wrong_form(err, row, node, "mapping");
    if (optional) *(bool *)to = true;
    return read_rows(row->rows, node, NULL, &scope, to, err);
}

/* A map's value: keys, or, where the row names one, the short form. */
static bool read_map_value(const struct param *row, const struct node *node,
                           const struct scope *scope, void *to, struct error *err) {
    const struct kind value = {
        .name = node->key, .params = row->rows, .size = row->size, .shorthand = row->selector};
    const struct scope inside = {scope, NULL, node->key, node->place, row->rows};
    if (node->form == NODE_SCALAR && node_is_null(node))
        return error_at(err, ERROR_CONFIG, node->place, "%s: missing value for '%s'", row->key,
                        params_shown(node->key).text);
    if (node->form == NODE_MAPPING) return read_rows(row->rows, node, NULL, &inside, to, err);
    return read_short(row, &value, node, &inside, to, err);
}

static bool read_map_word(const struct param *row, const struct node *node, struct param_map *to,
                          struct error *err) {
    to->word = strcmp(node->text, row->word) == 0;
    return to->word ||
           error_at(err, ERROR_CONFIG, node->place, "%s: expected %s or a mapping, got \"%s\"",
                    row->key, row->word, params_shown(node->text).text);
}

static bool read_map(const struct param *row, const struct node *node, const struct scope *above,
                     struct param_map *to, struct error *err) {
    const struct scope scope = {above, NULL, row->key, node->place, row->rows};
    if (node->form == NODE_SCALAR && row->word != NULL) return read_map_word(row, node, to, err);
    if (node->form != NODE_MAPPING) return wrong_form(err, row, node, "mapping");
    to->name = memory_take(node->count, sizeof *to->name, "names", err);
    to->place = to->name ? memory_take(node->count, sizeof *to->place, "places", err) : NULL;
    to->settings = to->place ? memory_take(node->count, row->size, "settings", err) : NULL;
    if (to->settings == NULL) return false;
    for (size_t i = 0; i < node->count; i++) {
        const struct node *item = node->item[i];
        to->name[i] = memory_text(item->key, err);
        if (to->name[i] == NULL) return false;
        to->count = i + 1;
        to->place[i] = item->key_place;
        void *settings = (char *)to->settings + i * row->size;
        if (!read_map_value(row, item, &scope, settings, err)) return false;
    }
    return true;
}

/* {from: DATE}, the form of a part that is no scalar. */
static bool read_part_from(const struct param *row, const struct node *node, struct param_part *to,
                           struct error *err) {
    static const struct param date = {.key = "from", .type = PARAM_TEXT};
    const struct node *from = node_find(node, "from");
    const struct node *other =
        node->count > 0 ? node->item[from == node->item[0] ? node->count - 1 : 0] : NULL;
    if (other != NULL && other != from)
        return error_at(err, ERROR_CONFIG, other->key_place,
                        "unknown key '%s' in '%s'; expected from", params_shown(other->key).text,
                        row->key);
    if (from == NULL)
        return error_at(err, ERROR_CONFIG, node->place, "%s: expected %s", row->key,
                        params_wanted(row).text);
    if (from->form != NODE_SCALAR) return wrong_form(err, &date, from, "scalar");
    to->from = scalar_text(&date, from, err);
    to->form = PART_FROM;
    return to->from != NULL;
}

/* [SOURCE, TARGET], two files of lines. */
static bool read_part_files(const struct param *row, const struct node *node, struct param_part *to,
                            struct error *err) {
    static const struct param file = {.key = "a file", .type = PARAM_TEXT};
    char **path[] = {&to->file, &to->other};
    if (node->count != 2) return wrong_form(err, row, node, "scalar");
    to->form = PART_FILE;
    for (size_t i = 0; i < 2; i++) {
        if (node->item[i]->form != NODE_SCALAR)
            return wrong_form(err, &file, node->item[i], "scalar");
        *path[i] = scalar_text(&file, node->item[i], err);
        if (*path[i] == NULL) return false;
    }
    return true;
}

/* ---- rows ---- */

static bool read_value(const struct param *row, const struct node *node, const struct scope *scope,
                       void *to, struct error *err) {
    bool null = node->form == NODE_SCALAR && node_is_null(node);
    if (row->type == PARAM_SECTION) return read_section(row, node, scope, to, err);
    if (null) return params_missing_value(err, row, node);
    switch (row->type) {
    case PARAM_TEXTS: return read_texts(row, node, to, err);
    case PARAM_REALS: return read_reals(row, node, to, err);
    case PARAM_SHAPE: return read_shape(row, node, to, err);
    case PARAM_KIND: return read_kind(row, node, scope, to, err);
    case PARAM_KINDS: return read_kinds(row, node, scope, to, err);
    case PARAM_MAP: return read_map(row, node, scope, to, err);
    default: break;
    }
    if (row->type == PARAM_PART && node->form == NODE_MAPPING)
        return read_part_from(row, node, to, err);
    if (row->type == PARAM_PART && node->form == NODE_SEQUENCE)
        return read_part_files(row, node, to, err);
    if (node->form != NODE_SCALAR) return wrong_form(err, row, node, "scalar");
    return scalar_read(row, node, to, err);
}

/* What "unset" looks like where zero bytes are not it. */
static void unset(const struct param *row, void *to) {
    switch (row->type) {
    case PARAM_BOOL:
    case PARAM_CHOICE: *(int *)to = PARAM_UNSET; break;
    case PARAM_COUNT: *(size_t *)to = PARAM_NO_COUNT; break;
    case PARAM_REAL: *(double *)to = NAN; break;
    case PARAM_INTERVAL: ((struct param_interval *)to)->seconds = NAN; break;
    default: break;
    }
}

static bool read_preset(const struct param *row, const struct scope *scope, void *to,
                        struct error *err) {
    if (row->preset == NULL) return params_missing_key(err, scope, row->key);
    if (strcmp(row->preset, "~") == 0) {
        unset(row, to);
        return true;
    }
    if (row->type == PARAM_SECTION) return read_section(row, NULL, scope, to, err);
    /* The empty text is a default too. */
    const struct node node = {.form = NODE_SCALAR,
                              .quoted = row->type == PARAM_TEXT || row->type == PARAM_TEXTS,
                              .text = (char *)row->preset,
                              .place = scope->place};
    return read_value(row, &node, scope, to, err);
}

/* `key: ~` takes back nothing where the key is unset anyway. */
static bool is_unset_by_hand(const struct param *row, const struct node *node) {
    return row->preset != NULL && strcmp(row->preset, "~") == 0 && node->form == NODE_SCALAR &&
           node_is_null(node) && *node->text != '\0';
}

/* A key that is none here, but perhaps one of a kind that stands beside it. */
static bool refuse_key(const struct param *rows, const struct node *mapping,
                       const struct node *item, const struct scope *scope, struct error *err) {
    for (size_t i = 0; scope->noun != NULL && i < mapping->count; i++) {
        const struct node *beside = mapping->item[i];
        const struct param *row = params_inlined(rows, beside->key);
        if (row != NULL && params_row(kind_find(row->kinds, beside->key)->params, item->key))
            return params_misplaced_key(err, scope, row, beside, item);
    }
    return params_unknown_key(err, item->key_place, scope, item->key);
}

static bool read_rows(const struct param *rows, const struct node *node, const char *skip,
                      const struct scope *scope, void *to, struct error *err) {
    for (size_t i = 0; node != NULL && i < node->count; i++) {
        const char *key = node->item[i]->key;
        if (params_row(rows, key) == NULL && params_inlined(rows, key) == NULL &&
            (skip == NULL || strcmp(key, skip) != 0))
            return refuse_key(rows, node, node->item[i], scope, err);
    }
    for (const struct param *row = rows; row != NULL && row->key != NULL; row++) {
        const struct node *item = node_find(node, row->key);
        void *field = (char *)to + row->offset;
        if (row->inlined) {
            if (!read_inlined(row, node, scope, field, err)) return false;
            continue;
        }
        bool given = item != NULL && !is_unset_by_hand(row, item);
        if (given ? !read_value(row, item, scope, field, err)
                  : !read_preset(row, scope, field, err))
            return false;
    }
    return true;
}

bool params_read(const struct param *rows, const struct node *mapping, void *to,
                 struct error *err) {
    const struct scope scope = {NULL, NULL, NULL, mapping->place, rows};
    if (mapping->form != NODE_MAPPING)
        return error_at(err, ERROR_CONFIG, mapping->place,
                        "expected a mapping at top level, got %s", node_form_name(mapping->form));
    if (read_rows(rows, mapping, NULL, &scope, to, err)) return true;
    params_free(rows, to);
    return false;
}
