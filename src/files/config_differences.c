/* What changed from one config to another: two trees, compared key by key. */
#include <stdlib.h>
#include <string.h>

#include "files/config.h"
#include "files/config_table.h"
#include "files/params.h"
#include "files/yaml.h"

struct comparison {
    const char *const *ignored;
    struct text path; /* of the nodes being compared */
    config_visit *visit;
    void *context;
    bool failed; /* no memory */
};

/* Is the path, or something above it, on the list? */
static bool is_ignored(const struct comparison *c) {
    for (const char *const *path = c->ignored; path != NULL && *path != NULL; path++) {
        size_t length = strlen(*path);
        if (c->path.length >= length && memcmp(c->path.bytes, *path, length) == 0 &&
            (c->path.length == length || c->path.bytes[length] == '.'))
            return true;
    }
    return false;
}

static void add_value(const struct node *node, const char *instead, struct text *to) {
    if (instead != NULL)
        text_add(to, instead);
    else if (node == NULL)
        text_add(to, "unset");
    else
        yaml_print_flow(node, to);
}

/* Tell of a difference; `before` and `after` stand in for the nodes where they are not NULL. */
static void note(struct comparison *c, const struct node *a, const char *before,
                 const struct node *b, const char *after) {
    struct text was = {0}, is = {0};
    add_value(a, before, &was);
    add_value(b, after, &is);
    if (was.failed || is.failed)
        c->failed = true;
    else
        c->visit(c->context, c->path.bytes, was.bytes != NULL ? was.bytes : "",
                 is.bytes != NULL ? is.bytes : "");
    text_free(&was);
    text_free(&is);
}

static void compare(struct comparison *c, const struct node *a, const struct node *b);

/* Compare what lies under a key or an index, one of which may not be there. */
static void compare_below(struct comparison *c, const char *key, const struct node *a,
                          const struct node *b) {
    size_t length = c->path.length;
    text_format(&c->path, "%s%s", length > 0 ? "." : "", key);
    if (!c->path.failed && !is_ignored(c)) compare(c, a, b);
    if (c->path.failed) return;
    c->path.length = length;
    c->path.bytes[length] = '\0';
}

static void compare_keys(struct comparison *c, const struct node *a, const struct node *b) {
    for (size_t i = 0; i < a->count; i++)
        compare_below(c, a->item[i]->key, a->item[i], node_find(b, a->item[i]->key));
    for (size_t i = 0; i < b->count; i++)
        if (node_find(a, b->item[i]->key) == NULL)
            compare_below(c, b->item[i]->key, NULL, b->item[i]);
}

static void compare_items(struct comparison *c, const struct node *a, const struct node *b) {
    size_t count = a->count > b->count ? a->count : b->count;
    for (size_t i = 0; i < count; i++) {
        struct text index = {0};
        text_format(&index, "%zu", i);
        if (index.failed)
            c->failed = true;
        else
            compare_below(c, index.bytes, i < a->count ? a->item[i] : NULL,
                          i < b->count ? b->item[i] : NULL);
        text_free(&index);
    }
}

/* The name of `{name: {...}}` or of a name alone, else NULL. */
static const char *kind_name(const struct node *node) {
    if (node->form == NODE_SCALAR) return node->text;
    return node->form == NODE_MAPPING && node->count == 1 ? node->item[0]->key : NULL;
}

static void compare(struct comparison *c, const struct node *a, const struct node *b) {
    if (a == NULL || b == NULL) {
        note(c, a, NULL, b, NULL);
        return;
    }
    const char *before = kind_name(a), *after = kind_name(b);
    bool other = before != NULL && after != NULL && strcmp(before, after) != 0;
    if (a->form == NODE_SCALAR && b->form == NODE_SCALAR) {
        if (other || a->quoted != b->quoted) note(c, a, NULL, b, NULL);
    } else if (other) {
        /* Of another kind, nothing inside is comparable. */
        note(c, NULL, before, NULL, after);
    } else if (a->form != b->form) {
        note(c, a, NULL, b, NULL);
    } else if (a->form == NODE_MAPPING) {
        compare_keys(c, a, b);
    } else {
        compare_items(c, a, b);
    }
}

bool config_compare(const struct config *before, const struct config *after,
                    const char *const *ignored, config_visit *visit, void *context,
                    struct error *err) {
    struct comparison c = {.ignored = ignored, .visit = visit, .context = context};
    struct node *a = params_tree(config_params, before, err);
    struct node *b = a != NULL ? params_tree(config_params, after, err) : NULL;
    if (b != NULL) compare_keys(&c, a, b);
    bool failed = c.path.failed || c.failed;
    text_free(&c.path);
    node_free(a);
    node_free(b);
    if (b == NULL) return false;
    return !failed || error_set(err, ERROR_SYSTEM, "out of memory (for a comparison)");
}

static void add_difference(void *context, const char *key, const char *before, const char *after) {
    struct text *to = context;
    text_format(to, "%s%s: %s -> %s", to->length > 0 ? "; " : "", key, before, after);
}

bool config_differences(const struct config *before, const struct config *after,
                        const char *const *ignored, struct text *to, struct error *err) {
    if (!config_compare(before, after, ignored, add_difference, to, err)) return false;
    return !to->failed || error_set(err, ERROR_SYSTEM, "out of memory (for a comparison)");
}
