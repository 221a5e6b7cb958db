/* A section's struct as the config that makes it, every default spelled out. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files/params.h"
#include "files/params_scalar.h"

/* What was written by the program has no place. */
static const struct place nowhere = {"config", 0, 0};

static struct node *number(double value, const char *unit, struct error *err) {
    char text[40];
    size_t length = strlen(text_double(value, text));
    (void)snprintf(text + length, sizeof text - length, "%s", unit);
    return node_scalar(text, false, nowhere, err);
}

static struct node *count_node(size_t value, struct error *err) {
    struct text text = {0};
    text_format(&text, "%zu", value);
    char *bytes = text_take(&text, err);
    struct node *node = bytes != NULL ? node_scalar(bytes, false, nowhere, err) : NULL;
    free(bytes);
    return node;
}

static struct node *word(const char *text, struct error *err) {
    return node_scalar(text, false, nowhere, err);
}

/* In quotes where this or another reader of YAML would see a number or a boolean. */
static struct node *text_node(const char *text, struct error *err) {
    return node_scalar(text, scalar_is_ambiguous(text), nowhere, err);
}

static struct node *texts_node(const struct param_texts *texts, struct error *err) {
    if (texts->count == 1) return text_node(texts->text[0], err);
    struct node *list = node_new(NODE_SEQUENCE, nowhere, err);
    for (size_t i = 0; list != NULL && i < texts->count; i++) {
        if (node_add(list, NULL, nowhere, text_node(texts->text[i], err), err)) continue;
        node_free(list);
        return NULL;
    }
    return list;
}

static struct node *reals_node(const struct param_reals *reals, struct error *err) {
    struct node *list = node_new(NODE_SEQUENCE, nowhere, err);
    for (size_t i = 0; list != NULL && i < reals->count; i++) {
        if (node_add(list, NULL, nowhere, number(reals->value[i], "", err), err)) continue;
        node_free(list);
        return NULL;
    }
    return list;
}

static struct node *shape_node(const struct param_shape *shape, struct error *err) {
    struct node *list = node_new(NODE_SEQUENCE, nowhere, err);
    for (size_t i = 0; list != NULL && i < shape->count; i++) {
        size_t extent = shape->extent[i];
        struct node *item = extent == PARAM_NO_COUNT ? word("~", err) : count_node(extent, err);
        if (node_add(list, NULL, nowhere, item, err)) continue;
        node_free(list);
        return NULL;
    }
    return list;
}

static struct node *part_node(const struct param_part *part, struct error *err) {
    if (part->form == PART_ROWS) return count_node(part->rows, err);
    if (part->form == PART_FRACTION) return number(part->fraction, "", err);
    if (part->form == PART_FILE && part->other != NULL) {
        char *file[] = {part->file, part->other};
        return texts_node(&(struct param_texts){file, 2}, err);
    }
    if (part->form == PART_FILE) return text_node(part->file, err);
    struct node *node = node_new(NODE_MAPPING, nowhere, err);
    if (node == NULL || node_add(node, "from", nowhere, text_node(part->from, err), err))
        return node;
    node_free(node);
    return NULL;
}

static bool add_rows(const struct param *rows, const void *from, struct node *to,
                     struct error *err);
static struct node *value_node(const struct param *row, const void *field, struct error *err);

static struct node *section_node(const struct param *rows, const void *from, struct error *err) {
    struct node *node = node_new(NODE_MAPPING, nowhere, err);
    if (node == NULL || add_rows(rows, from, node, err)) return node;
    node_free(node);
    return NULL;
}

static struct node *kind_node(const struct param *row, const struct param_kind *kind,
                              struct error *err) {
    const char *name = kind->kind->name;
    if (row->plain != NULL && strcmp(name, row->plain) == 0)
        return value_node(kind->kind->params, kind->settings, err);
    struct node *node = node_new(NODE_MAPPING, nowhere, err);
    if (node == NULL) return NULL;
    if (row->selector != NULL) {
        if (node_add(node, row->selector, nowhere, word(name, err), err) &&
            add_rows(kind->kind->params, kind->settings, node, err))
            return node;
        node_free(node);
        return NULL;
    }
    struct node *settings = section_node(kind->kind->params, kind->settings, err);
    if (settings != NULL && settings->count == 0) {
        node_free(settings);
        node_free(node);
        return word(name, err);
    }
    if (node_add(node, name, nowhere, settings, err)) return node;
    node_free(node);
    return NULL;
}

static struct node *kinds_node(const struct param *row, const struct param_kinds *kinds,
                               struct error *err) {
    struct node *list = node_new(NODE_SEQUENCE, nowhere, err);
    for (size_t i = 0; list != NULL && i < kinds->count; i++) {
        if (node_add(list, NULL, nowhere, kind_node(row, &kinds->item[i], err), err)) continue;
        node_free(list);
        return NULL;
    }
    return list;
}

static struct node *map_node(const struct param *row, const struct param_map *map,
                             struct error *err) {
    if (map->word) return word(row->word, err);
    struct node *node = node_new(NODE_MAPPING, nowhere, err);
    for (size_t i = 0; node != NULL && i < map->count; i++) {
        const char *settings = (const char *)map->settings + i * row->size;
        if (node_add(node, map->name[i], nowhere, section_node(row->rows, settings, err), err))
            continue;
        node_free(node);
        return NULL;
    }
    return node;
}

static bool is_set(const struct param *row, const void *field) {
    switch (row->type) {
    case PARAM_BOOL:
    case PARAM_CHOICE: return *(const int *)field != PARAM_UNSET;
    case PARAM_COUNT: return *(const size_t *)field != PARAM_NO_COUNT;
    case PARAM_REAL: return !isnan(*(const double *)field);
    case PARAM_TEXT: return *(char *const *)field != NULL;
    case PARAM_TEXTS: return ((const struct param_texts *)field)->count > 0;
    case PARAM_REALS: return ((const struct param_reals *)field)->count > 0;
    case PARAM_SHAPE: return ((const struct param_shape *)field)->count > 0;
    case PARAM_PART: return ((const struct param_part *)field)->form != PART_UNSET;
    case PARAM_KIND: return ((const struct param_kind *)field)->kind != NULL;
    case PARAM_KINDS: return ((const struct param_kinds *)field)->count > 0;
    case PARAM_MAP: {
        const struct param_map *map = field;
        return map->count > 0 || map->word;
    }
    case PARAM_INTERVAL: {
        const struct param_interval *interval = field;
        return interval->count > 0 || !isnan(interval->seconds);
    }
    case PARAM_SECTION: break;
    }
    bool optional = row->preset != NULL && strcmp(row->preset, "~") == 0;
    return !optional || *(const bool *)field;
}

static struct node *interval_node(const struct param_interval *interval, struct error *err) {
    return interval->count > 0 ? count_node(interval->count, err)
                               : number(interval->seconds, "s", err);
}

static struct node *value_node(const struct param *row, const void *field, struct error *err) {
    switch (row->type) {
    case PARAM_BOOL: return word(*(const int *)field ? "true" : "false", err);
    case PARAM_REAL: return number(*(const double *)field, "", err);
    case PARAM_TEXT: return text_node(*(char *const *)field, err);
    case PARAM_CHOICE: return word(row->choices[*(const int *)field], err);
    case PARAM_TEXTS: return texts_node(field, err);
    case PARAM_REALS: return reals_node(field, err);
    case PARAM_SHAPE: return shape_node(field, err);
    case PARAM_PART: return part_node(field, err);
    case PARAM_INTERVAL: return interval_node(field, err);
    case PARAM_SECTION: return section_node(row->rows, field, err);
    case PARAM_KIND: return kind_node(row, field, err);
    case PARAM_KINDS: return kinds_node(row, field, err);
    case PARAM_MAP: return map_node(row, field, err);
    case PARAM_COUNT: break;
    }
    size_t count = *(const size_t *)field;
    return count == 0 && row->word != NULL ? word(row->word, err) : count_node(count, err);
}

static struct node *inlined_node(const struct param_kind *kind, struct error *err) {
    return section_node(kind->kind->params, kind->settings, err);
}

static bool add_rows(const struct param *rows, const void *from, struct node *to,
                     struct error *err) {
    for (const struct param *row = rows; row != NULL && row->key != NULL; row++) {
        const void *field = (const char *)from + row->offset;
        if (!is_set(row, field)) continue;
        struct node *node = row->inlined ? inlined_node(field, err) : value_node(row, field, err);
        if (node == NULL) return false;
        const char *key = row->inlined ? ((const struct param_kind *)field)->kind->name : row->key;
        if (!node_add(to, key, nowhere, node, err)) return false;
    }
    return true;
}

struct node *params_tree(const struct param *rows, const void *from, struct error *err) {
    return section_node(rows, from, err);
}
