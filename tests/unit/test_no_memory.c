/* Without memory: configs, data, the start of a training. */
#include "exhaust.h"

/* Other sources and parts. */
static const char *const sources[] = {
    "data: {pairs: [a.txt, b.txt], validation: 1}\n"
    "model: {encoder: [embedding: 3, gru: 3], decoder: [embedding: 3, gru: 3, attention: {}, "
    "dense: {activation: softmax}]}\n"
    "threads: 1\n",
    "data: {text: c.txt, unit: word, validation: 3}\n"
    "model: {layers: [embedding: 3, gru: 3, dense: {activation: softmax}]}\n"
    "train: {bptt: 2, batch_size: 2}\nthreads: 1\n",
    "data: {csv: when.csv, time: when, targets: x, window: 2, validation: {from: 2020-01-05}, "
    "test: {from: 2020-01-08}}\n"
    "model: {layers: [gru: 3, dense: 1]}\nthreads: 1\n",
    "data: {csv: n.csv, targets: x, window: 3, missing: forward, validation: v.csv, test: 0.2}\n"
    "model: {layers: [gru: 3, dense: 2]}\n"
    "train: {loss: {quantile: [0.1, 0.9]}}\nthreads: 1\n",
    "data: {csv: wide.csv, layout: rows, inputs: 't*', targets: y, columns: {y: {type: "
    "category}}}\n"
    "model: {layers: [gru: 3, dense: {activation: softmax}]}\nthreads: 1\n",
    "data: {csv: same.csv, targets: b, inputs: [a_1, a_2]}\n"
    "model: {layers: [gru: 3, dense: 1]}\nthreads: 1\n",
    "data: {generate: {task: reber, samples: 9}}\n"
    "model: {layers: [gru: 3, dense: {activation: sigmoid}]}\n"
    "train: {loss: binary_crossentropy}\nthreads: 1\n",
};
enum { SOURCES = sizeof sources / sizeof *sources };

/* What else a config may hold, and overrides that make and change every form of it. */
static const char *const forms[] = {
    "data: {csv: [&a n.csv], ignore: &i [z], sequence_id: *a, targets: *i, validation: [v.csv, "
    "w.csv], test: "
    "{from: 2020-01-01}, inputs: [x, "
    "'y#'],\n"
    "       columns: {x: number, y#: {type: category, embed: 2}}, missing: 0.5}\n"
    "model: {input: [~, 2], layers: [{bidirectional: {lstm: 3, merge_mode: sum}}, &d dense: 1, "
    "activation: tanh]}\n"
    "train: {loss: {quantile: [0.1, 0.9]}, optimizer: {sgd: {learning_rate: "
    "{piecewise_constant_decay: {boundaries: [4, 6], values: [0.1, 0.2, 0.3]}}}}, metrics: mae, "
    "class_weight: {yes: 5, no: {weight: 2}}}\n"
    "output: {every: 90s}\n",
    "data: {generate: {task: adding, length: 9}}\n"
    "model: {layers: [lstm: 3, dense: 1]}\n",
};
static const char *const overrides[] = {
    "train.epochs=2",
    "train.batch_size=4",
    "seed=7",
    "model.layers.0={lstm: 3}",
    "model.layers.0.lstm.units=4",
    "model.layers=[bidirectional: {gru: 3}, dense: 1]",
    "model.layers.0.bidirectional.gru.units=4",
    "model.layers.1.dense.kernel_regularizer.l2=0.5",
    "train.optimizer=adam",
    "train.optimizer.adam.learning_rate.cosine_decay={initial_learning_rate: 1, decay_steps: 3}",
    "train.early_stopping.patience=3",
    "train.metrics=mae",
    "train.metrics.0=r2",
    "data.columns.x.scale=minmax",
    "data.columns.x.type=number",
    "data.inputs=[a, b]",
    "data.inputs.1=c",
    "train.class_weight.yes=3",
    "train.class_weight.yes.weight=4",
    "output.checkpoint=\"a b\"",
};
enum { OVERRIDES = sizeof overrides / sizeof *overrides };

/* What is told is a file, for it to be compared. */
static const char told[] = "told.txt";

static bool print_config(const struct config *config, struct error *err) {
    struct text text = {0};
    if (config_print(config, &text, err)) return put_file(told, &text, err);
    text_free(&text);
    return false;
}

static bool read_config(const void *with, struct error *err) {
    struct config config;
    if (!config_read_text(&config, "c.yaml", with, NULL, 0, err)) return false;
    bool good = print_config(&config, err);
    config_free(&config);
    return good;
}

static bool read_overridden(const void *with, struct error *err) {
    struct config config, before;
    struct text text = {0};
    char *const *change = (char *const *)overrides;
    if (!config_read_text(&before, "c.yaml", with, NULL, 0, err)) return false;
    bool good = config_read_text(&config, "c.yaml", with, change, OVERRIDES, err);
    if (good) {
        good = config_differences(&before, &config, NULL, &text, err) && put_file(told, &text, err);
        config_free(&config);
    }
    text_free(&text);
    config_free(&before);
    return good;
}

/* Overrides that give a config what it lacks. */
static bool make_parts(const void *with, struct error *err) {
    static char *const change[] = {"data.generate.task=adding", "data.generate.length=9",
                                   "model.layers.0.bidirectional.gru.units=3"};
    struct config config;
    if (!config_read_text(&config, "c.yaml", with, change, 3, err)) return false;
    config_free(&config);
    return true;
}

static bool read_config_file(const void *with, struct error *err) {
    struct config config;
    if (!config_read(&config, with, NULL, 0, err)) return false;
    config_free(&config);
    return true;
}

/* A message needs memory, too: without it, one of two errors. */
static bool refuse_config(const void *with, struct error *err) {
    struct config config;
    if (config_read_text(&config, "c.yaml", with, NULL, 0, err)) {
        config_free(&config);
        return error_set(err, ERROR_DATA, "a wrong config was taken");
    }
    return err->kind == ERROR_CONFIG;
}

static void test_configs(void **state) {
    static const char *const wrong[] = {
        "data: {csv: a.csv}\nmodel: {layers: [{lstm: {unit: 3}}]}\n",
        "data: {csv: a.csv}\nmodel: {layers: [{lstn: {units: 3}}]}\n",
        "data: {csv: a.csv}\nmodel: {layers: [lstm: 3]}\ntrain: {patience: 4}\n",
        "data: {csv: a.csv}\nmodel: {layers: [lstm: 3]}\ntrain: {early_stopping: true}\n",
        "data: {csv: a.csv, sequence_by: idd}\nmodel: {layers: [lstm: 3]}\n",
    };
    (void)state;
    for (size_t i = 0; i < CONFIGS; i++) exhaust_file(read_config, configs[i], told);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        exhaust_file(read_config, forms[i], told);
    exhaust_file(read_overridden, configs[0], told);
    exhaust(make_parts, "model: {layers: [bidirectional, dense: 1]}\n");
    write_text("c.yaml", configs[0]);
    exhaust(read_config_file, "c.yaml");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) exhaust(refuse_config, wrong[i]);
}

static bool open_task(const void *with, struct error *err) {
    struct task task;
    struct text text = {0};
    if (!task_open(&task, with, err)) return false;
    dataset_report(task.data, &text);
    bool good = put_file(told, &text, err);
    task_close(&task);
    return good;
}

static bool start_training(const void *with, struct error *err) {
    struct config *config = (struct config *)with;
    struct training training;
    bool good = training_open(&training, config, "generic", err);
    if (!good) return false;
    good = training_start(&training, false, false, err);
    training_close(&training);
    return good;
}

static void with_config(const char *yaml, deed_of *deed, const char *file) {
    struct error err = {.kind = ERROR_NONE};
    struct config config;
    if (!config_read_text(&config, "c.yaml", yaml, NULL, 0, &err)) fail_msg("%s", err.text);
    exhaust_file(deed, &config, file);
    config_free(&config);
}

/* A column that is not there is told with those that are. */
static bool miss_column(const void *with, struct error *err) {
    struct task task;
    if (!task_open(&task, with, err)) return err->kind != ERROR_SYSTEM;
    task_close(&task);
    return error_set(err, ERROR_DATA, "a column was found that is not there");
}

static void test_data(void **state) {
    (void)state;
    with_config("data: {csv: same.csv, targets: nothing}\nmodel: {layers: [gru: 3, dense: 1]}\n",
                miss_column, NULL);
    for (size_t i = 0; i < CONFIGS; i++) with_config(configs[i], open_task, told);
    for (size_t i = 0; i < SOURCES; i++) with_config(sources[i], open_task, told);
}

static void test_training(void **state) {
    (void)state;
    for (size_t i = 0; i < CONFIGS; i++) with_config(configs[i], start_training, NULL);
    for (size_t i = 0; i < SOURCES; i++) with_config(sources[i], start_training, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_configs),
        cmocka_unit_test(test_data),
        cmocka_unit_test(test_training),
    };
    return EXHAUST(tests);
}
