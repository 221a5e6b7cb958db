#include "files/config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "files/config_table.h"
#include "files/config_task.h"
#include "files/params.h"
#include "files/yaml.h"

/* The place of an argument is the argument: "argument 'train.epochs=x': ...". */
static const char *argument_name(struct tree *tree, const char *argument, struct error *err) {
    struct text text = {0};
    text_format(&text, "argument '%.200s%s'", argument, strlen(argument) > 200 ? "..." : "");
    char *name = text_take(&text, err);
    const char *kept = name != NULL ? tree_name(tree, name, err) : NULL;
    free(name);
    return kept;
}

static bool override(struct tree *tree, const char *argument, struct error *err) {
    struct place place = {argument_name(tree, argument, err), 0, 0};
    if (place.file == NULL) return false;
    const char *equals = strchr(argument, '=');
    if (equals == NULL || equals == argument)
        return error_at(err, ERROR_CONFIG, place,
                        "expected key.path=value, such as train.epochs=5");
    /* To YAML it is a list whose only item is missing; here it is standard input. */
    struct node *value = strcmp(equals + 1, "-") == 0
                             ? node_scalar("-", true, place, err)
                             : yaml_read_value(equals + 1, place, &yaml_config_limits, err);
    if (value == NULL) return false;
    char *path = memory_text(argument, err);
    if (path == NULL) {
        node_free(value);
        return false;
    }
    path[equals - argument] = '\0';
    bool done = params_override(config_params, tree->root, path, value, err);
    free(path);
    return done;
}

/* Two keys that say the same thing: both places are named, the later key's first. */
static bool check_validation(const struct config *config, struct error *err) {
    if (isnan(config->train.validation_split) || config->data.validation.form == PART_UNSET)
        return true;
    struct place split = config_place(config, "train.validation_split");
    struct place part = config_place(config, "data.validation");
    if (part.line == 0)
        return error_at(err, ERROR_CONFIG, split,
                        "train.validation_split and data.validation (%s) both set the validation "
                        "part; keep one",
                        part.file);
    return error_at(err, ERROR_CONFIG, split,
                    "train.validation_split and data.validation (%s:%zu:%zu) both set the "
                    "validation part; keep one",
                    part.file, part.line, part.column);
}

static bool check_epochs(const struct config *config, struct error *err) {
    if (config->train.initial_epoch < config->train.epochs) return true;
    return error_at(err, ERROR_CONFIG, config_place(config, "train.initial_epoch"),
                    "initial_epoch is %zu, but the last epoch is %zu (epochs); write a number "
                    "below it",
                    config->train.initial_epoch, config->train.epochs);
}

static bool read_again(struct config *config, struct error *err) {
    struct tree tree = config->tree;
    params_free(config_params, config);
    *config = (struct config){.tree = tree};
    return params_read(config_params, tree.root, config, err);
}

/* States have something to be carried between only where sequences are cut. */
static bool check_stateful(const struct config *config, struct error *err) {
    const struct param_kinds *layers = model_last_stack(&config->model);
    if (config->train.bptt != PARAM_NO_COUNT)
        return config->model.encoder.count == 0 ||
               error_at(err, ERROR_CONFIG, config_place(config, "train.bptt"),
                        "train.bptt and an encoder exclude each other: an encoder reads whole "
                        "sequences");
    if (config->train.stateful == 1)
        return error_at(
            err, ERROR_CONFIG, config_place(config, "train.stateful"),
            "stateful: true needs train.bptt, the steps of a chunk; write bptt: 100, or "
            "leave stateful out");
    for (size_t i = 0; i < layers->count; i++)
        if (model_given(&layers->item[i], "stateful") == 1)
            return error_at(
                err, ERROR_CONFIG, layers->item[i].place,
                "stateful: true needs train.bptt, the steps of a chunk; write bptt: 100, "
                "or leave stateful out");
    return true;
}

/* From the tree, already read, to the structs. */
static bool finish(struct config *config, char *const *overrides, size_t count, struct error *err) {
    const struct node *root = config->tree.root;
    if (root->form != NODE_MAPPING)
        return error_at(err, ERROR_CONFIG, root->place, "expected a mapping at top level, got %s",
                        node_form_name(root->form));
    for (size_t i = 0; i < count; i++)
        if (!override(&config->tree, overrides[i], err)) return false;
    if (!params_read(config_params, root, config, err)) return false;
    if (config->data.generate.kind != NULL &&
        !(config_fill_task(config, err) && read_again(config, err)))
        return false;
    return model_check_options(&config->model, config_place(config, "model.layers"), err) &&
           check_validation(config, err) && check_epochs(config, err) &&
           check_stateful(config, err);
}

bool config_read(struct config *config, const char *path, char *const *overrides, size_t count,
                 struct error *err) {
    *config = (struct config){0};
    if (yaml_read_file(&config->tree, path, &yaml_config_limits, err) &&
        finish(config, overrides, count, err))
        return true;
    config_free(config);
    return false;
}

bool config_read_text(struct config *config, const char *name, const char *text,
                      char *const *overrides, size_t count, struct error *err) {
    *config = (struct config){0};
    if (yaml_read_bytes(&config->tree, name, text, strlen(text), &yaml_config_limits, err) &&
        finish(config, overrides, count, err))
        return true;
    config_free(config);
    return false;
}

void config_free(struct config *config) {
    params_free(config_params, config);
    tree_free(&config->tree);
    *config = (struct config){0};
}

struct place config_place(const struct config *config, const char *dotted) {
    return node_at(config->tree.root, dotted)->place;
}

bool config_print(const struct config *config, struct text *to, struct error *err) {
    struct node *tree = params_tree(config_params, config, err);
    if (tree == NULL) return false;
    yaml_print(tree, to);
    node_free(tree);
    return !to->failed || error_set(err, ERROR_SYSTEM, "out of memory (for a config)");
}

void config_manual(struct text *to) {
    params_manual(config_params, to);
    params_manual_below(config_params, "", to);
}
