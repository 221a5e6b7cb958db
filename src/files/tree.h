/* tree.h - a config as its user wrote it: scalars, sequences and mappings, each with its place.
 *
 * Nothing is typed here: `no`, 12 and ~ are texts until a key that takes them says what they are.
 */
#ifndef FILES_TREE_H
#define FILES_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum node_form { NODE_SCALAR, NODE_SEQUENCE, NODE_MAPPING };

struct node {
    enum node_form form;
    bool quoted;        /* SCALAR: in quotes or a block, so never a number, a boolean or ~ */
    struct place place; /* the file's name is borrowed */
    char *text;         /* SCALAR: without NUL bytes */

    struct node **item; /* SEQUENCE, MAPPING */
    size_t count, capacity;

    char *key; /* of a mapping's item; NULL elsewhere */
    struct place key_place;
};

/* A tree with the names its places point to. */
struct tree {
    struct node *root;
    char **name;
    size_t names, capacity;
};

/* Keep a copy of a file's name for as long as the tree lives; NULL with an error without memory. */
const char *tree_name(struct tree *tree, const char *name, struct error *err);
void tree_free(struct tree *tree);

/* A node without text or items; the caller's to free. NULL with an error without memory. */
struct node *node_new(enum node_form form, struct place place, struct error *err);

/* A scalar with a copy of the text. */
struct node *node_scalar(const char *text, bool quoted, struct place place, struct error *err);

/* A copy of all below a node; its key stays behind. */
struct node *node_copy(const struct node *node, struct error *err);
void node_free(struct node *node); /* NULL is allowed */

/* Append an item, with a copy of `key` in a mapping (NULL in a sequence). The item is the parent's
 * from here on; on failure it is freed. An item of NULL fails at once, so that calls nest. */
bool node_add(struct node *parent, const char *key, struct place key_place, struct node *item,
              struct error *err);

/* Free what stands at `index` and put `item` there, under the same key. */
void node_replace(struct node *parent, size_t index, struct node *item);

/* The item under `key` of a mapping, or NULL; also when `node` is NULL or no mapping. */
struct node *node_find(const struct node *node, const char *key);

/* Its index, or node->count. */
size_t node_index(const struct node *node, const char *key);

/* ~, null, Null, NULL, or nothing at all, without quotes. */
bool node_is_null(const struct node *node);

/* The node at a dotted path from `root` (indices in sequences), or the nearest one above it. */
const struct node *node_at(const struct node *root, const char *dotted);

/* "scalar", "sequence" or "mapping". */
const char *node_form_name(enum node_form form);

#endif
