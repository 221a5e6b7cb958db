#include "files/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

const char *tree_name(struct tree *tree, const char *name, struct error *err) {
    if (!memory_grow(&tree->name, &tree->capacity, tree->names + 1, sizeof *tree->name, "names",
                     err))
        return NULL;
    char *copy = memory_text(name, err);
    if (copy != NULL) tree->name[tree->names++] = copy;
    return copy;
}

void tree_free(struct tree *tree) {
    node_free(tree->root);
    for (size_t i = 0; i < tree->names; i++) free(tree->name[i]);
    free(tree->name);
    *tree = (struct tree){0};
}

struct node *node_new(enum node_form form, struct place place, struct error *err) {
    struct node *node = memory_take(1, sizeof *node, "config", err);
    if (node == NULL) return NULL;
    node->form = form;
    node->place = place;
    return node;
}

struct node *node_scalar(const char *text, bool quoted, struct place place, struct error *err) {
    struct node *node = node_new(NODE_SCALAR, place, err);
    if (node == NULL) return NULL;
    node->quoted = quoted;
    node->text = memory_text(text, err);
    if (node->text != NULL) return node;
    node_free(node);
    return NULL;
}

struct node *node_copy(const struct node *node, struct error *err) {
    if (node->form == NODE_SCALAR) return node_scalar(node->text, node->quoted, node->place, err);
    struct node *copy = node_new(node->form, node->place, err);
    if (copy == NULL) return NULL;
    for (size_t i = 0; i < node->count; i++) {
        const struct node *item = node->item[i];
        if (!node_add(copy, item->key, item->key_place, node_copy(item, err), err)) {
            node_free(copy);
            return NULL;
        }
    }
    return copy;
}

void node_free(struct node *node) {
    if (node == NULL) return;
    for (size_t i = 0; i < node->count; i++) node_free(node->item[i]);
    free(node->item);
    free(node->text);
    free(node->key);
    free(node);
}

bool node_add(struct node *parent, const char *key, struct place key_place, struct node *item,
              struct error *err) {
    if (item == NULL) return false;
    if (key != NULL) {
        char *copy = memory_text(key, err);
        if (copy == NULL) goto failed;
        free(item->key);
        item->key = copy;
        item->key_place = key_place;
    }
    if (!memory_grow(&parent->item, &parent->capacity, parent->count + 1, sizeof(struct node *),
                     "config", err))
        goto failed;
    parent->item[parent->count++] = item;
    return true;
failed:
    node_free(item);
    return false;
}

void node_replace(struct node *parent, size_t index, struct node *item) {
    struct node *old = parent->item[index];
    free(item->key);
    item->key = old->key;
    item->key_place = old->key_place;
    old->key = NULL;
    node_free(old);
    parent->item[index] = item;
}

size_t node_index(const struct node *node, const char *key) {
    size_t i = 0;
    while (i < node->count && strcmp(node->item[i]->key, key) != 0) i++;
    return i;
}

struct node *node_find(const struct node *node, const char *key) {
    if (node == NULL || node->form != NODE_MAPPING) return NULL;
    size_t i = node_index(node, key);
    return i < node->count ? node->item[i] : NULL;
}

bool node_is_null(const struct node *node) {
    static const char *const null[] = {"", "~", "null", "Null", "NULL"};
    if (node->form != NODE_SCALAR || node->quoted) return false;
    for (size_t i = 0; i < sizeof null / sizeof *null; i++)
        if (strcmp(node->text, null[i]) == 0) return true;
    return false;
}

/* The child that `length` bytes of a path name. */
static const struct node *child(const struct node *node, const char *name, size_t length) {
    size_t index;
    if (node->form == NODE_SEQUENCE)
        return text_parse_count(name, length, &index) && index < node->count ? node->item[index]
                                                                             : NULL;
    for (size_t i = 0; i < node->count; i++) {
        const char *key = node->item[i]->key;
        if (strlen(key) == length && memcmp(key, name, length) == 0) return node->item[i];
    }
    return NULL;
}

const struct node *node_at(const struct node *root, const char *dotted) {
    const struct node *at = root;
    while (*dotted != '\0') {
        size_t length = strcspn(dotted, ".");
        const struct node *next = child(at, dotted, length);
        if (next == NULL) break;
        at = next;
        dotted += length + (dotted[length] == '.');
    }
    return at;
}

const char *node_form_name(enum node_form form) {
    static const char *const name[] = {"scalar", "sequence", "mapping"};
    return name[form];
}
