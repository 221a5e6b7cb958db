#include "files/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/memory.h"
#include "files/yaml_bytes.h"

const struct yaml_limits yaml_config_limits = {.bytes = 1048576, .depth = 32, .nodes = 10000};

/* A node that an alias can name; `open` while what is inside it is still being read. */
struct anchor {
    char *name;
    const struct node *node;
    bool open;
};

struct reader {
    yaml_parser_t parser;
    yaml_event_t event; /* the one being looked at */
    bool have_event;
    struct place start; /* name of the file; without `lines`, the place of everything */
    bool lines;
    const char *bytes;
    size_t length;
    const struct yaml_limits *limits;
    size_t depth, nodes, text_bytes; /* so far */
    struct anchor *anchor;
    size_t anchors, anchor_capacity;
    struct error *err;
};

static struct place place_of(const struct reader *reader, yaml_mark_t mark) {
    if (!reader->lines) return reader->start;
    return (struct place){reader->start.file, mark.line + 1, mark.column + 1};
}

static struct place here(const struct reader *reader) {
    return place_of(reader, reader->event.start_mark);
}

/* What libyaml says of a tab where indentation should be, that it "cannot start any token", and of
 * a - behind a key, in plainer words. */
static const char *tidied(const struct reader *reader, const char *problem) {
    size_t at = reader->parser.problem_mark.index;
    bool tab = strncmp(problem, "found a tab", 11) == 0 ||
               (strncmp(problem, "found character that cannot start", 33) == 0 &&
                at < reader->length && reader->bytes[at] == '\t');
    if (strncmp(problem, "block sequence entries are not allowed", 38) == 0)
        return "a list begins on a line of its own; the text - needs quotes: \"-\"";
    return tab ? "found a tab character that violates indentation; indent with spaces" : problem;
}

static bool parser_error(struct reader *reader) {
    const yaml_parser_t *parser = &reader->parser;
    if (parser->error == YAML_MEMORY_ERROR)
        return error_set(reader->err, ERROR_SYSTEM, "%s: out of memory (for a config)",
                         reader->start.file);
    const char *problem = parser->problem != NULL ? parser->problem : "malformed YAML";
    if (parser->error == YAML_READER_ERROR)
        return error_at(reader->err, ERROR_CONFIG, reader->start, "%s at byte %zu", problem,
                        parser->problem_offset);
    const char *clear = tidied(reader, problem);
    struct place place = place_of(reader, parser->problem_mark);
    if (clear != problem || parser->context == NULL)
        return error_at(reader->err, ERROR_CONFIG, place, "%s", clear);
    if (!reader->lines || parser->context_mark.line == parser->problem_mark.line)
        return error_at(reader->err, ERROR_CONFIG, place, "%s %s", problem, parser->context);
    return error_at(reader->err, ERROR_CONFIG, place, "%s %s that starts at %zu:%zu", problem,
                    parser->context, parser->context_mark.line + 1,
                    parser->context_mark.column + 1);
}

static bool next(struct reader *reader) {
    if (reader->have_event) yaml_event_delete(&reader->event);
    reader->have_event = yaml_parser_parse(&reader->parser, &reader->event) != 0;
    return reader->have_event || parser_error(reader);
}

/* ---- limits ---- */

static bool count_node(struct reader *reader, const char *text) {
    if (++reader->nodes > reader->limits->nodes)
        return error_at(reader->err, ERROR_CONFIG, here(reader), "more than %zu nodes",
                        reader->limits->nodes);
    if (text != NULL) reader->text_bytes += strlen(text);
    if (reader->text_bytes > reader->limits->bytes)
        return error_at(reader->err, ERROR_CONFIG, here(reader),
                        "config larger than %zu bytes with its aliases copied",
                        reader->limits->bytes);
    return true;
}

/* Before an alias is copied: it may stand for very much. */
static bool count_copy(struct reader *reader, const struct node *node) {
    if (!count_node(reader, node->text)) return false;
    for (size_t i = 0; i < node->count; i++)
        if (!count_copy(reader, node->item[i])) return false;
    return true;
}

static bool enter(struct reader *reader) {
    if (++reader->depth <= reader->limits->depth) return true;
    return error_at(reader->err, ERROR_CONFIG, here(reader), "nesting deeper than %zu",
                    reader->limits->depth);
}

/* ---- nodes ---- */

static bool refuse_tag(struct reader *reader, const yaml_char_t *tag) {
    if (tag == NULL) return true;
    return error_at(reader->err, ERROR_CONFIG, here(reader), "tags are not supported, got '%s'",
                    (const char *)tag);
}

/* Remember an anchor; the node's address must stay. */
static bool set_anchor(struct reader *reader, const yaml_char_t *name, const struct node *node) {
    if (name == NULL) return true;
    if (!memory_grow(&reader->anchor, &reader->anchor_capacity, reader->anchors + 1,
                     sizeof *reader->anchor, "anchors", reader->err))
        return false;
    char *copy = memory_text((const char *)name, reader->err);
    if (copy == NULL) return false;
    reader->anchor[reader->anchors++] = (struct anchor){copy, node, true};
    return true;
}

static void close_anchor(struct reader *reader, const struct node *node) {
    for (size_t i = reader->anchors; i-- > 0;)
        if (reader->anchor[i].node == node) reader->anchor[i].open = false;
}

static struct node *read_alias(struct reader *reader) {
    const char *name = (const char *)reader->event.data.alias.anchor;
    size_t i = reader->anchors;
    /* The latest of that name counts. */
    while (i > 0 && strcmp(reader->anchor[i - 1].name, name) != 0) i--;
    if (i == 0) {
        (void)error_at(reader->err, ERROR_CONFIG, here(reader), "unknown alias '*%s'", name);
        return NULL;
    }
    const struct anchor *anchor = &reader->anchor[i - 1];
    if (anchor->open) {
        (void)error_at(reader->err, ERROR_CONFIG, here(reader), "alias contains itself: '*%s'",
                       name);
        return NULL;
    }
    return count_copy(reader, anchor->node) ? node_copy(anchor->node, reader->err) : NULL;
}

/* A scalar's text must be one for C; libyaml lets "\0" through. */
static bool check_text(struct reader *reader) {
    const char *text = (const char *)reader->event.data.scalar.value;
    if (strlen(text) == reader->event.data.scalar.length) return true;
    return error_at(reader->err, ERROR_CONFIG, here(reader),
                    "control characters are not allowed: \"\\0\" in a text");
}

static struct node *read_scalar(struct reader *reader) {
    const char *text = (const char *)reader->event.data.scalar.value;
    bool quoted = reader->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    if (!refuse_tag(reader, reader->event.data.scalar.tag) || !check_text(reader) ||
        !count_node(reader, text))
        return NULL;
    struct node *node = node_scalar(text, quoted, here(reader), reader->err);
    if (node == NULL) return NULL;
    if (!set_anchor(reader, reader->event.data.scalar.anchor, node)) {
        node_free(node);
        return NULL;
    }
    close_anchor(reader, node);
    return node;
}

static struct node *read_node(struct reader *reader);

static bool check_key(struct reader *reader, const struct node *mapping) {
    const yaml_event_t *event = &reader->event;
    if (event->type != YAML_SCALAR_EVENT)
        return error_at(reader->err, ERROR_CONFIG, here(reader),
                        "mapping keys must be plain strings");
    if (!refuse_tag(reader, event->data.scalar.tag) || !check_text(reader)) return false;
    const char *key = (const char *)event->data.scalar.value;
    bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (plain && *key == '\0')
        return error_at(reader->err, ERROR_CONFIG, here(reader),
                        "mapping keys must be plain strings, got nothing before ':'");
    if (plain && strcmp(key, "<<") == 0)
        return error_at(reader->err, ERROR_CONFIG, here(reader), "merge keys are not supported");
    const struct node *first = node_find(mapping, key);
    if (first == NULL) return true;
    if (!reader->lines)
        return error_at(reader->err, ERROR_CONFIG, here(reader), "duplicate key '%s'", key);
    return error_at(reader->err, ERROR_CONFIG, here(reader),
                    "duplicate key '%s' (first at %zu:%zu)", key, first->key_place.line,
                    first->key_place.column);
}

/* From the key to the end of its value; the event is the key's. */
static bool read_pair(struct reader *reader, struct node *mapping) {
    if (!check_key(reader, mapping)) return false;
    struct place place = here(reader);
    char *key = memory_text((const char *)reader->event.data.scalar.value, reader->err);
    if (key == NULL) return false;
    bool done = count_node(reader, key) && next(reader) &&
                node_add(mapping, key, place, read_node(reader), reader->err);
    free(key);
    return done;
}

static bool read_items(struct reader *reader, struct node *node) {
    bool mapping = node->form == NODE_MAPPING;
    yaml_event_type_t end = mapping ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
    for (;;) {
        if (!next(reader)) return false;
        if (reader->event.type == end) return true;
        bool done = mapping ? read_pair(reader, node)
                            : node_add(node, NULL, node->place, read_node(reader), reader->err);
        if (!done) return false;
    }
}

static struct node *read_collection(struct reader *reader, enum node_form form,
                                    const yaml_char_t *tag, const yaml_char_t *anchor) {
    if (!refuse_tag(reader, tag) || !enter(reader) || !count_node(reader, NULL)) return NULL;
    struct node *node = node_new(form, here(reader), reader->err);
    if (node == NULL) return NULL;
    if (!set_anchor(reader, anchor, node) || !read_items(reader, node)) {
        node_free(node);
        return NULL;
    }
    close_anchor(reader, node);
    reader->depth--;
    return node;
}

/* The node that the event starts; ends on its last event. */
static struct node *read_node(struct reader *reader) {
    const yaml_event_t *event = &reader->event;
    switch (event->type) {
    case YAML_SCALAR_EVENT: return read_scalar(reader);
    case YAML_SEQUENCE_START_EVENT:
        return read_collection(reader, NODE_SEQUENCE, event->data.sequence_start.tag,
                               event->data.sequence_start.anchor);
    case YAML_MAPPING_START_EVENT:
        return read_collection(reader, NODE_MAPPING, event->data.mapping_start.tag,
                               event->data.mapping_start.anchor);
    default: return read_alias(reader); /* nothing else starts a node */
    }
}

/* ---- documents ---- */

static bool check_end(struct reader *reader) {
    if (!next(reader) || !next(reader)) return false; /* the document's end, then the stream's */
    if (reader->event.type == YAML_STREAM_END_EVENT) return true;
    return error_at(reader->err, ERROR_CONFIG, here(reader), "second document; one expected");
}

/* The document, or *root = NULL when there is none or it holds nothing. */
static bool read_document(struct reader *reader, struct node **root) {
    *root = NULL;
    if (!next(reader) || !next(reader)) return false; /* the stream's start, then the document's */
    if (reader->event.type == YAML_STREAM_END_EVENT) return true;
    if (!next(reader)) return false;
    struct node *node = read_node(reader);
    if (node == NULL) return false;
    if (!check_end(reader)) {
        node_free(node);
        return false;
    }
    if (node_is_null(node) && *node->text == '\0') {
        node_free(node);
        node = NULL;
    }
    *root = node;
    return true;
}

static bool read_bytes(struct reader *reader, struct node **root) {
    if (!yaml_parser_initialize(&reader->parser))
        return error_set(reader->err, ERROR_SYSTEM, "out of memory (for a config)");
    yaml_parser_set_input_string(&reader->parser, (const unsigned char *)reader->bytes,
                                 reader->length);
    bool done = read_document(reader, root);
    if (reader->have_event) yaml_event_delete(&reader->event);
    yaml_parser_delete(&reader->parser);
    for (size_t i = 0; i < reader->anchors; i++) free(reader->anchor[i].name);
    free(reader->anchor);
    return done;
}

bool yaml_read_bytes(struct tree *tree, const char *name, const char *bytes, size_t length,
                     const struct yaml_limits *limits, struct error *err) {
    const char *file = tree_name(tree, name, err);
    if (file == NULL || !yaml_check_bytes(file, bytes, length, limits->bytes, err)) return false;
    struct reader reader = {.start = {.file = file},
                            .lines = true,
                            .bytes = bytes,
                            .length = length,
                            .limits = limits,
                            .err = err};
    if (!read_bytes(&reader, &tree->root)) return false;
    if (tree->root == NULL)
        return error_set(err, ERROR_CONFIG, "%s: empty config: no document", file);
    return true;
}

bool yaml_read_file(struct tree *tree, const char *path, const struct yaml_limits *limits,
                    struct error *err) {
    char *bytes;
    size_t length;
    if (!yaml_load_bytes(path, limits->bytes, &bytes, &length, err)) return false;
    bool done = yaml_read_bytes(tree, path, bytes, length, limits, err);
    free(bytes);
    return done;
}

struct node *yaml_read_value(const char *value, struct place place,
                             const struct yaml_limits *limits, struct error *err) {
    struct node *node = NULL;
    size_t length = strlen(value);
    struct reader reader = {
        .start = place, .bytes = value, .length = length, .limits = limits, .err = err};
    if (!yaml_check_bytes(place.file, value, length, limits->bytes, err) ||
        !read_bytes(&reader, &node))
        return NULL;
    return node != NULL ? node : node_scalar("", false, place, err);
}
