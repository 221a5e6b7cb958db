/* yaml.h - YAML to a tree and back.
 *
 * Reading goes through libyaml's events, never its document loader, and takes less than YAML has:
 * one document, plain keys, no tags, no merge keys, no key twice, nothing nested without end.
 * Aliases are copied. The errors are ERROR_CONFIG, with a place wherever there is one. */
#ifndef FILES_YAML_H
#define FILES_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "files/tree.h"

/* What a reader puts up with. */
struct yaml_limits {
    size_t bytes; /* of the file, and of all texts once aliases are copied */
    size_t depth; /* collections within each other */
    size_t nodes; /* once aliases are copied */
};

/* Those of a config that a person writes. */
extern const struct yaml_limits yaml_config_limits;

/* Read a file into tree->root, which must be empty; the tree keeps the path for its places. On
 * failure the tree still has to be freed. */
bool yaml_read_file(struct tree *tree, const char *path, const struct yaml_limits *limits,
                    struct error *err);

/* The same from memory; `name` stands for the file in messages. */
bool yaml_read_bytes(struct tree *tree, const char *name, const char *bytes, size_t length,
                     const struct yaml_limits *limits, struct error *err);

/* A single value, such as "[1, 2]", as a node of the caller's. All its places are `place`, which
 * has no line; an empty text is a missing value. */
struct node *yaml_read_value(const char *value, struct place place,
                             const struct yaml_limits *limits, struct error *err);

/* Write a mapping as a block document, a line for each scalar. Scalars stand in quotes where their
 * `quoted` or their bytes ask for it; what was written reads back as the same tree. */
void yaml_print(const struct node *node, struct text *to);

/* Write any node on one line. */
void yaml_print_flow(const struct node *node, struct text *to);

#endif
