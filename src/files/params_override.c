/* key.path=value on a tree: the rows say where short forms stand for something longer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "files/params.h"
#include "files/params_scope.h"

/* On the way down: what is left of the path, and the value that ends it. */
struct override {
    const char *rest;   /* after the part in `name` */
    char *name;         /* the part of the path being looked at */
    struct node *value; /* NULL once it has its place */
    struct error *err;
};

static bool into_section(struct override *o, const struct param *rows, struct node *mapping,
                         const struct scope *scope);
static bool into_value(struct override *o, const struct param *row, struct node *parent,
                       size_t index, const struct scope *above);

static struct place place_of(const struct override *o) {
    return o->value->place;
}

/* Take the next part of the path into o->name; false at its end. */
static bool take_name(struct override *o) {
    if (*o->rest == '\0') return false;
    size_t length = strcspn(o->rest, ".");
    memcpy(o->name, o->rest, length);
    o->name[length] = '\0';
    o->rest += length + (o->rest[length] == '.');
    return true;
}

static void put(struct override *o, struct node *parent, size_t index) {
    node_replace(parent, index, o->value);
    o->value = NULL;
}

static bool is_null(const struct node *node) {
    return node->form == NODE_SCALAR && node_is_null(node);
}

/* Put an empty mapping, with `key` over `inside` unless that is NULL, in an item's place. */
static struct node *make_mapping(struct override *o, struct node *parent, size_t index,
                                 const char *key, struct node *inside) {
    struct place place = parent->item[index]->place;
    struct node *mapping = node_new(NODE_MAPPING, place, o->err);
    if (mapping == NULL) {
        node_free(inside);
        return NULL;
    }
    if (key != NULL && !node_add(mapping, key, place, inside, o->err)) {
        node_free(mapping);
        return NULL;
    }
    node_replace(parent, index, mapping);
    return mapping;
}

static struct node *empty_scalar(struct override *o) {
    return node_scalar("", false, place_of(o), o->err);
}

/* A short form as a mapping: its value under `key`. What is missing, or has no short form and will
 * be replaced by what is asked for, gives an empty mapping. */
static struct node *spell_out(struct override *o, struct node *parent, size_t index,
                              const char *key) {
    struct node *value = parent->item[index];
    if (is_null(value) || key == NULL) return make_mapping(o, parent, index, NULL, NULL);
    struct node *copy = node_copy(value, o->err);
    return copy != NULL ? make_mapping(o, parent, index, key, copy) : NULL;
}

/* ---- lists ---- */

static bool find_index(struct override *o, const struct param *row, const struct node *list,
                       size_t *index) {
    if (!text_parse_count(o->name, strlen(o->name), index))
        return error_at(o->err, ERROR_CONFIG, place_of(o),
                        "%s is a list; expected an index such as %s.0, got '%s'", row->key,
                        row->key, params_shown(o->name).text);
    if (*index < list->count) return true;
    return error_at(o->err, ERROR_CONFIG, place_of(o), "%s: no item %zu; the list has %zu",
                    row->key, *index, list->count);
}

static bool into_list(struct override *o, const struct param *row, struct node *list) {
    size_t index;
    if (!find_index(o, row, list, &index)) return false;
    if (take_name(o))
        return error_at(o->err, ERROR_CONFIG, place_of(o),
                        "%s.%zu takes a value, it has no key '%s'", row->key, index,
                        params_shown(o->name).text);
    put(o, list, index);
    return true;
}

/* ---- kinds ---- */

/* The keys of a kind, below item `index` of `{name: value}`; the value may be a short form. */
static bool into_settings(struct override *o, const struct kind *kind, struct node *parent,
                          size_t index, const struct scope *scope) {
    if (!take_name(o)) {
        put(o, parent, index);
        return true;
    }
    struct node *value = parent->item[index];
    if (value->form != NODE_MAPPING) value = spell_out(o, parent, index, kind->shorthand);
    return value != NULL && into_section(o, kind->params, value, scope);
}

static bool is_kind(const struct node *node, const char *name) {
    if (node->form == NODE_SCALAR) return strcmp(node->text, name) == 0;
    return node->form == NODE_MAPPING && node->count == 1 && strcmp(node->item[0]->key, name) == 0;
}

/* A list's item stays what it is: only a place for one of several changes its kind. */
static bool refuse_other(struct override *o, const struct param *row, const struct node *node) {
    const char *have = node->form == NODE_SCALAR ? node->text
                       : node->count > 0         ? node->item[0]->key
                                                 : "";
    if (row->type != PARAM_KINDS || is_kind(node, o->name)) return true;
    return error_at(o->err, ERROR_CONFIG, place_of(o), "this %s is '%s', not '%s'",
                    params_noun(row).text, have != NULL ? have : "a list",
                    params_shown(o->name).text);
}

/* Below an item that chooses a kind, in its long form `{name: value}`. */
static bool into_kind(struct override *o, const struct param *row, struct node *parent,
                      size_t index, const struct scope *above) {
    const struct kind *kind = params_kind(row, o->name, place_of(o), o->err);
    struct node *node = parent->item[index];
    if (kind == NULL || !refuse_other(o, row, node)) return false;
    struct phrase noun = params_noun(row);
    const struct scope scope = {above, noun.text, kind->name, place_of(o), kind->params};
    if (node->form != NODE_MAPPING || !is_kind(node, kind->name)) {
        struct node *inside = empty_scalar(o);
        node = inside != NULL ? make_mapping(o, parent, index, kind->name, inside) : NULL;
    }
    return node != NULL && into_settings(o, kind, node, 0, &scope);
}

/* The kind's name is a key of the section itself: o->name. */
static bool into_inlined(struct override *o, const struct param *row, struct node *mapping,
                         const struct scope *above) {
    const struct kind *kind = kind_find(row->kinds, o->name);
    const struct scope scope = {above, row->key, kind->name, place_of(o), kind->params};
    for (size_t i = 0; i < mapping->count; i++)
        if (kind_find(row->kinds, mapping->item[i]->key) != NULL &&
            strcmp(mapping->item[i]->key, kind->name) != 0)
            return error_at(o->err, ERROR_CONFIG, place_of(o), "this %s is '%s', not '%s'",
                            row->key, mapping->item[i]->key, kind->name);
    size_t at = node_index(mapping, kind->name);
    if (at == mapping->count &&
        !node_add(mapping, kind->name, place_of(o), empty_scalar(o), o->err))
        return false;
    return into_settings(o, kind, mapping, at, &scope);
}

/* `{task: linear, ...}`: the keys stand beside the one that names the kind. */
static bool into_selected(struct override *o, const struct param *row, struct node *parent,
                          size_t index) {
    struct node *node = parent->item[index];
    if (node->form != NODE_MAPPING) node = spell_out(o, parent, index, row->selector);
    if (node == NULL) return false;
    if (*o->rest != '\0')
        return error_at(o->err, ERROR_CONFIG, place_of(o), "%s.%s takes a value, not keys",
                        row->key, params_shown(o->name).text);
    size_t at = node_index(node, o->name);
    if (at < node->count) {
        put(o, node, at);
        return true;
    }
    struct node *value = o->value;
    o->value = NULL;
    return node_add(node, o->name, value->place, value, o->err);
}

/* A single name or mapping in a list's place is a list of one. */
static struct node *make_list(struct override *o, struct node *parent, size_t index) {
    struct node *old = parent->item[index];
    struct node *list = node_new(NODE_SEQUENCE, old->place, o->err);
    if (list == NULL) return NULL;
    if (!is_null(old) && !node_add(list, NULL, old->place, node_copy(old, o->err), o->err)) {
        node_free(list);
        return NULL;
    }
    node_replace(parent, index, list);
    return list;
}

static bool into_kinds(struct override *o, const struct param *row, struct node *parent,
                       size_t index, const struct scope *scope) {
    struct node *list = parent->item[index];
    size_t at;
    if (list->form != NODE_SEQUENCE) list = make_list(o, parent, index);
    if (list == NULL || !find_index(o, row, list, &at)) return false;
    if (take_name(o)) return into_kind(o, row, list, at, scope);
    put(o, list, at);
    return true;
}

/* ---- sections ---- */

static bool into_map(struct override *o, const struct param *row, struct node *map,
                     const struct scope *above) {
    size_t at = node_index(map, o->name);
    if (at == map->count && !node_add(map, o->name, place_of(o), empty_scalar(o), o->err))
        return false;
    if (!take_name(o)) {
        put(o, map, at);
        return true;
    }
    struct node *value = map->item[at];
    const struct scope scope = {above, NULL, value->key, place_of(o), row->rows};
    if (value->form != NODE_MAPPING) value = spell_out(o, map, at, row->selector);
    return value != NULL && into_section(o, row->rows, value, &scope);
}

/* A value that the path goes on into: o->name is the part below it. */
static bool into_value(struct override *o, const struct param *row, struct node *parent,
                       size_t index, const struct scope *above) {
    struct node *node = parent->item[index];
    if (row->type == PARAM_KINDS) return into_kinds(o, row, parent, index, above);
    if (row->type == PARAM_KIND && row->selector != NULL)
        return into_selected(o, row, parent, index);
    if (row->type == PARAM_KIND) return into_kind(o, row, parent, index, above);
    if (row->type == PARAM_SECTION || row->type == PARAM_MAP) {
        const struct scope scope = {above, NULL, row->key, place_of(o), row->rows};
        if (is_null(node)) node = make_mapping(o, parent, index, NULL, NULL);
        if (node == NULL) return false;
        if (node->form != NODE_MAPPING)
            return error_at(o->err, ERROR_CONFIG, node->place, "%s: expected mapping, got %s",
                            row->key, node_form_name(node->form));
        return row->type == PARAM_MAP ? into_map(o, row, node, &scope)
                                      : into_section(o, row->rows, node, &scope);
    }
    if (node->form == NODE_SEQUENCE) return into_list(o, row, node);
    return error_at(o->err, ERROR_CONFIG, place_of(o), "%s takes a value, it has no key '%s'",
                    row->key, params_shown(o->name).text);
}

/* o->name is a key of this section. */
static bool into_section(struct override *o, const struct param *rows, struct node *mapping,
                         const struct scope *scope) {
    const struct param *row = params_row(rows, o->name), *inlined = params_inlined(rows, o->name);
    if (inlined != NULL) return into_inlined(o, inlined, mapping, scope);
    if (row == NULL) return params_unknown_key(o->err, place_of(o), scope, o->name);
    size_t at = node_index(mapping, row->key);
    if (at == mapping->count && !node_add(mapping, row->key, place_of(o), empty_scalar(o), o->err))
        return false;
    if (take_name(o)) return into_value(o, row, mapping, at, scope);
    put(o, mapping, at);
    return true;
}

static bool is_path(const char *dotted) {
    size_t length = strlen(dotted);
    return length > 0 && dotted[0] != '.' && dotted[length - 1] != '.' &&
           strstr(dotted, "..") == NULL;
}

bool params_override(const struct param *rows, struct node *mapping, const char *dotted,
                     struct node *value, struct error *err) {
    const struct scope scope = {NULL, NULL, NULL, value->place, rows};
    struct override o = {.rest = dotted, .value = value, .err = err};
    bool done = false;
    if (!is_path(dotted)) {
        (void)error_at(err, ERROR_CONFIG, value->place,
                       "expected key.path=value, such as train.epochs=5");
    } else {
        o.name = memory_text(dotted, err);
        done = o.name != NULL && take_name(&o) && into_section(&o, rows, mapping, &scope);
    }
    free(o.name);
    node_free(o.value);
    return done;
}
