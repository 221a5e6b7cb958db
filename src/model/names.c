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

static bool check(const struct layer *layers, size_t count, const char *name, struct place place,
                  struct error *err) {
    static const char *const letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    if (name[0] == '\0' || name[strspn(name, letters)] != '\0')
        return error_at(err, ERROR_CONFIG, place,
                        "layer name '%s': expected letters, digits, '_', '.' and '-' only", name);
    if (strcmp(name, "resume") == 0)
        return error_at(err, ERROR_CONFIG, place,
                        "layer name 'resume' is kept for the training state in checkpoints");
    if (taken(layers, count, name))
        return error_at(err, ERROR_CONFIG, place, "two layers have the name '%s'", name);
    return true;
}

static char *default_name(const struct layer *layers, size_t count, const char *type,
                          struct error *err) {
    for (size_t number = 0;; number++) {
        struct text name = {0};
        text_add(&name, type);
        if (number > 0) text_format(&name, "_%zu", number);
        char *text = text_take(&name, err);
        if (text == NULL || !taken(layers, count, text)) return text;
        free(text);
    }
}

bool names_choose(struct layer *layers, const struct param_kinds *items, struct error *err) {
    for (size_t i = 0; i < items->count; i++) {
        const char *name = given_name(&items->item[i]);
        if (name == NULL) continue;
        if (!check(layers, items->count, name, items->item[i].place, err)) return false;
        layers[i].name = memory_text(name, err);
        if (layers[i].name == NULL) return false;
    }
    for (size_t i = 0; i < items->count; i++) {
        if (layers[i].name != NULL) continue;
        layers[i].name = default_name(layers, items->count, items->item[i].kind->name, err);
        if (layers[i].name == NULL) return false;
    }
    return true;
}
