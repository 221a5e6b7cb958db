#include "model/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char *given_name(const struct param_kind *item) {
    const struct layer_settings *settings = item->settings;
    return settings->name;
}

static bool taken(const struct layer *layers, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (layers[i].name != NULL && strcmp(layers[i].name, name) == 0) return true;
    return false;
}

static bool check(const char *name, struct place place, struct error *err) {
    static const char *const letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    if (name[0] == '\0' || name[strspn(name, letters)] != '\0')
        return error_at(err, ERROR_CONFIG, place,
                        "layer name '%s': expected letters, digits, '_', '.' and '-' only", name);
    if (strcmp(name, "resume") == 0)
        return error_at(err, ERROR_CONFIG, place,
                        "layer name 'resume' is kept for the training state in checkpoints");
    return true;
}

static char *full_name(const char *prefix, const char *name, size_t number, struct error *err) {
    struct text text = {0};
    text_format(&text, "%s%s", prefix, name);
    if (number > 0) text_format(&text, "_%zu", number);
    return text_take(&text, err);
}

static char *default_name(const struct layer *layers, size_t count, const char *prefix,
                          const char *type, struct error *err) {
    for (size_t number = 0;; number++) {
        char *text = full_name(prefix, type, number, err);
        if (text == NULL || !taken(layers, count, text)) return text;
        free(text);
    }
}

bool names_choose(struct layer *layers, const struct param_kinds *items, const char *prefix,
                  struct error *err) {
    for (size_t i = 0; i < items->count; i++) {
        const char *name = given_name(&items->item[i]);
        if (name == NULL) continue;
        struct place place = items->item[i].place;
        if (!check(name, place, err)) return false;
        char *full = full_name(prefix, name, 0, err);
        if (full == NULL) return false;
        bool twice = taken(layers, items->count, full);
        layers[i].name = full;
        if (twice) return error_at(err, ERROR_CONFIG, place, "two layers have the name '%s'", name);
    }
    for (size_t i = 0; i < items->count; i++) {
        if (layers[i].name != NULL) continue;
        layers[i].name = default_name(layers, items->count, prefix, items->item[i].kind->name, err);
        if (layers[i].name == NULL) return false;
    }
    return true;
}
