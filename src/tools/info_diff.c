/* Two checkpoints side by side: what differs, key by key and tensor by tensor. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "files/json.h"
#include "tools/info.h"

/* Differences are counted while they are written, into one text a section. */
struct section {
    struct text to;
    size_t count;
    bool json;
};

struct diff {
    struct section config, schema, training, tensors;
    size_t same;   /* tensors that are equal */
    size_t resume; /* tensors that are not and that only a resumed run reads */
};

/* ---- keys with two values --------------------------------------------------------------------- */

static void add_change(void *context, const char *key, const char *before, const char *after) {
    struct section *s = context;
    s->count++;
    if (s->json) {
        json_open(&s->to, '{');
        json_put_string(&s->to, "key", key);
        json_put_string(&s->to, "a", before);
        json_put_string(&s->to, "b", after);
        json_close(&s->to, '}');
        return;
    }
    text_add(&s->to, "  ");
    text_add_safe(&s->to, key);
    text_add(&s->to, ": ");
    text_add_safe(&s->to, before);
    text_add(&s->to, " -> ");
    text_add_safe(&s->to, after);
    text_add(&s->to, "\n");
}

/* ---- trees of JSON ---------------------------------------------------------------------------- */

static const char *name_of(const struct json *object) {
    const struct json *name = json_member(object, "name");
    return name != NULL && name->type == JSON_STRING ? name->text : NULL;
}

/* A number, a word, or how many there are in it. */
static void show_value(const struct json *value, struct text *to) {
    if (value == NULL) {
        text_add(to, "unset");
        return;
    }
    switch (value->type) {
    case JSON_NULL: text_add(to, "unset"); break;
    case JSON_TRUE: text_add(to, "true"); break;
    case JSON_FALSE: text_add(to, "false"); break;
    case JSON_NUMBER:
    case JSON_STRING: text_add(to, value->text); break;
    default: text_format(to, "%zu of them", value->count);
    }
}

static bool is_compound(const struct json *value) {
    return json_is_list(value) || value->type == JSON_OBJECT;
}

static bool is_same(const struct json *a, const struct json *b) {
    if (a->type != b->type || a->count != b->count) return false;
    if (a->type == JSON_NUMBER || a->type == JSON_STRING) return strcmp(a->text, b->text) == 0;
    struct json_list walk_a = json_list_of(a), walk_b = json_list_of(b);
    for (const struct json *x, *y;
         (x = json_list_next(&walk_a)) != NULL && (y = json_list_next(&walk_b)) != NULL;)
        if (!is_same(x, y)) return false;
    return true;
}

static void note(struct section *s, const struct text *path, const struct json *a,
                 const struct json *b) {
    struct text before = {0}, after = {0};
    show_value(a, &before);
    show_value(b, &after);
    /* Two lists of one length. */
    if (a != NULL && b != NULL && is_compound(a) && a->count == b->count)
        text_add(&after, ", others");
    if (before.failed || after.failed)
        s->to.failed = true;
    else
        add_change(s, path->bytes, before.bytes != NULL ? before.bytes : "",
                   after.bytes != NULL ? after.bytes : "");
    text_free(&before);
    text_free(&after);
}

static const struct json *find_named(const struct json *list, const char *name) {
    for (const struct json *item = list != NULL ? list->first : NULL; item != NULL;
         item = item->next)
        if (name_of(item) != NULL && strcmp(name_of(item), name) == 0) return item;
    return NULL;
}

static void compare(struct section *s, struct text *path, const struct json *a,
                    const struct json *b);

static void compare_below(struct section *s, struct text *path, const char *key,
                          const struct json *a, const struct json *b) {
    size_t length = path->length;
    text_format(path, "%s%s", length > 0 ? "." : "", key);
    if (path->failed) {
        s->to.failed = true;
        return;
    }
    compare(s, path, a, b);
    path->length = length;
    path->bytes[length] = '\0';
}

/* Members by their keys, the columns of a list by their names. */
static void compare_members(struct section *s, struct text *path, const struct json *a,
                            const struct json *b) {
    bool named = a->type == JSON_ARRAY;
    for (const struct json *x = a->first; x != NULL; x = x->next) {
        const char *key = named ? name_of(x) : x->key;
        compare_below(s, path, key, x, named ? find_named(b, key) : json_member(b, key));
    }
    for (const struct json *y = b->first; y != NULL; y = y->next) {
        const char *key = named ? name_of(y) : y->key;
        const struct json *x = named ? find_named(a, key) : json_member(a, key);
        if (x == NULL) compare_below(s, path, key, NULL, y);
    }
}

static bool has_names(const struct json *list) {
    for (const struct json *item = list->first; item != NULL; item = item->next)
        if (name_of(item) == NULL) return false;
    return list->count > 0;
}

static void compare(struct section *s, struct text *path, const struct json *a,
                    const struct json *b) {
    if (a != NULL && b != NULL && is_same(a, b)) return;
    bool objects = a != NULL && b != NULL && a->type == JSON_OBJECT && b->type == JSON_OBJECT;
    bool lists = a != NULL && b != NULL && a->type == JSON_ARRAY && b->type == JSON_ARRAY &&
                 has_names(a) && has_names(b);
    if (objects || lists)
        compare_members(s, path, a, b);
    else
        note(s, path, a, b);
}

/* Both texts were read when the checkpoints were opened. */
static bool compare_texts(struct section *s, const struct checkpoint *a, const struct checkpoint *b,
                          const char *key, struct error *err) {
    static const struct json_limits limits = {.bytes = 1 << 26, .depth = 8, .nodes = 1 << 22};
    const char *was = tensor_file_metadata(&a->file, key);
    const char *is = tensor_file_metadata(&b->file, key);
    struct json_document before, after;
    struct text path = {0};
    if (!json_read(&before, was, strlen(was), &limits, a->path, ERROR_CHECKPOINT, err))
        return false;
    bool good = json_read(&after, is, strlen(is), &limits, b->path, ERROR_CHECKPOINT, err);
    if (good) {
        compare(s, &path, before.root, after.root);
        json_free(&after);
    }
    json_free(&before);
    text_free(&path);
    return good;
}

/* ---- where the training stands ---------------------------------------------------------------- */

static void compare_number(struct section *s, const char *key, double a, double b) {
    char before[32], after[32];
    if (a == b || (isnan(a) && isnan(b))) return;
    add_change(s, key, isnan(a) ? "unset" : text_double(a, before),
               isnan(b) ? "unset" : text_double(b, after));
}

static void compare_states(struct section *s, const struct training_state *a,
                           const struct training_state *b) {
    compare_number(s, "epoch", (double)a->epoch, (double)b->epoch);
    compare_number(s, "step", (double)a->step, (double)b->step);
    compare_number(s, "iteration", (double)a->iteration, (double)b->iteration);
    compare_number(s, "loss", a->last_loss, b->last_loss);
    compare_number(s, "val_loss", a->last_val_loss, b->last_val_loss);
    compare_number(s, "best_epoch", (double)a->best_epoch, (double)b->best_epoch);
    compare_number(s, "best", a->best_epoch > 0 ? a->best : NAN, b->best_epoch > 0 ? b->best : NAN);
    if (a->finished != b->finished)
        add_change(s, "finished", a->finished ? "true" : "false", b->finished ? "true" : "false");
    compare_number(s, "data_check", (double)a->data_check, (double)b->data_check);
}

/* ---- tensors ---------------------------------------------------------------------------------- */

static void show_shape(const struct tensor *tensor, struct text *to) {
    text_add(to, "[");
    for (size_t i = 0; i < tensor->rank; i++)
        text_format(to, "%s%zu", i > 0 ? ", " : "", tensor->shape[i]);
    text_add(to, "]");
}

static void put_shape(const char *key, const struct tensor *tensor, struct text *to) {
    json_key(to, key);
    if (tensor == NULL) {
        json_add_null(to);
        return;
    }
    json_open(to, '[');
    for (size_t i = 0; i < tensor->rank; i++) json_add_count(to, tensor->shape[i]);
    json_close(to, ']');
}

static bool same_shape(const struct tensor *a, const struct tensor *b) {
    return a->rank == b->rank && memcmp(a->shape, b->shape, a->rank * sizeof *a->shape) == 0;
}

/* The largest difference, and that as a share of the largest value of either. */
static void measure(const struct tensor *a, const struct tensor *b, double *most,
                    double *relative) {
    double largest = 0;
    *most = 0;
    for (size_t i = 0; i < a->count; i++) {
        double x = tensor_value(a, i), y = tensor_value(b, i), apart = fabs(x - y);
        if (apart > *most) *most = apart;
        if (fabs(x) > largest) largest = fabs(x);
        if (fabs(y) > largest) largest = fabs(y);
    }
    *relative = largest > 0 ? *most / largest : 0;
}

static void note_tensor(struct diff *d, const struct tensor *a, const struct tensor *b, double most,
                        double relative) {
    struct section *s = &d->tensors;
    bool both = a != NULL && b != NULL, comparable = both && same_shape(a, b);
    const char *name = a != NULL ? a->name : b->name;
    bool resume = strncmp(name, "resume/", 7) == 0;
    s->count++;
    d->resume += resume;
    if (s->json) {
        json_open(&s->to, '{');
        json_put_string(&s->to, "name", name);
        put_shape("a", a, &s->to);
        put_shape("b", b, &s->to);
        json_put_number(&s->to, "max", comparable ? most : NAN);
        json_put_number(&s->to, "relative", comparable ? relative : NAN);
        json_close(&s->to, '}');
        return;
    }
    if (resume) return; /* people are told how many */
    text_add(&s->to, "  ");
    text_add_safe(&s->to, name);
    text_add(&s->to, ": ");
    if (comparable) {
        text_format(&s->to, "differs by up to %.3g, %.3g %% of its largest\n", most,
                    100 * relative);
        return;
    }
    if (a != NULL) show_shape(a, &s->to);
    text_add(&s->to, both ? " -> " : a != NULL ? " only in the first" : "");
    if (b != NULL) show_shape(b, &s->to);
    text_add(&s->to, both ? "\n" : a != NULL ? "\n" : " only in the second\n");
}

static void compare_tensors(struct diff *d, const struct checkpoint *a,
                            const struct checkpoint *b) {
    for (size_t i = 0; i < a->file.tensors; i++) {
        const struct tensor *x = &a->file.tensor[i], *y = tensor_file_find(&b->file, x->name);
        double most = 0, relative = 0;
        bool comparable = y != NULL && same_shape(x, y);
        if (comparable) measure(x, y, &most, &relative);
        if (comparable && most == 0)
            d->same++;
        else
            note_tensor(d, x, y, most, relative);
    }
    for (size_t i = 0; i < b->file.tensors; i++)
        if (tensor_file_find(&a->file, b->file.tensor[i].name) == NULL)
            note_tensor(d, NULL, &b->file.tensor[i], 0, 0);
}

/* ---- all of it -------------------------------------------------------------------------------- */

static void add_section(const char *title, struct section *s, struct text *to) {
    if (s->to.failed) to->failed = true;
    if (s->json) {
        json_key(to, title);
        text_add(to, "[");
        if (s->to.bytes != NULL) text_add(to, s->to.bytes);
        text_add(to, "]");
    } else if (s->to.length > 0) {
        text_format(to, "%s\n%s", title, s->to.bytes != NULL ? s->to.bytes : "");
    }
}

static void add_result(struct diff *d, bool json, struct text *to) {
    size_t keys = d->config.count + d->schema.count + d->training.count;
    bool equal = keys == 0 && d->tensors.count == 0;
    if (json) {
        json_put_count(to, "tensors_same", d->same);
        json_put_bool(to, "equal", equal);
        json_close(to, '}');
        text_add(to, "\n");
    } else if (equal) {
        text_format(to, "no difference: %zu tensors, config, schema and training are the same\n",
                    d->same);
    } else {
        if (d->resume > 0)
            text_format(to, "%s  %zu of resume/\n",
                        d->resume == d->tensors.count ? "tensors\n" : "", d->resume);
        text_format(to, "%zu of %zu tensors differ, %zu key%s of the config, %zu of the schema\n",
                    d->tensors.count, d->tensors.count + d->same, d->config.count,
                    text_plural(d->config.count), d->schema.count);
    }
}

bool info_compare(const struct checkpoint *a, const struct checkpoint *b, bool json,
                  struct text *to, struct error *err) {
    struct diff d = {
        .config.json = json, .schema.json = json, .training.json = json, .tensors.json = json};
    struct {
        const char *title;
        struct section *section;
    } part[] = {{"config", &d.config},
                {"schema", &d.schema},
                {"training", &d.training},
                {"tensors", &d.tensors}};
    bool good = config_compare(&a->config, &b->config, NULL, add_change, &d.config, err) &&
                compare_texts(&d.schema, a, b, "schema", err);
    if (good) {
        compare_states(&d.training, &a->state, &b->state);
        compare_tensors(&d, a, b);
    }
    if (good && json) {
        json_open(to, '{');
        json_put_string(to, "a", a->path);
        json_put_string(to, "b", b->path);
    }
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        if (good) add_section(part[i].title, part[i].section, to);
        text_free(&part[i].section->to);
    }
    if (good) add_result(&d, json, to);
    return good;
}
