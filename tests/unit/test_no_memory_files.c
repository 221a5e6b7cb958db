/* Without memory: checkpoints, what is made of them, streams. */
#include "exhaust.h"

#include "files/export.h"
#include "files/import.h"
#include "tools/info.h"
#include "tools/predictor.h"
#include "tools/streaming.h"

/* ---- checkpoints ----------------------------------------------------------------------------- */

static bool save(const void *with, struct error *err) {
    const struct checkpoint_content content = run_content(with);
    return checkpoint_check(&content, err) && checkpoint_save(&content, "m.ckpt", 1, err);
}

static bool open_checkpoint(const void *with, struct error *err) {
    struct checkpoint checkpoint;
    if (!checkpoint_open(&checkpoint, with, err)) return false;
    checkpoint_close(&checkpoint);
    return true;
}

static bool predict(const void *with, struct error *err) {
    struct predictor predictor;
    if (!predictor_open(&predictor, "m.ckpt", err)) return false;
    bool good = predictor_open_input(&predictor, with, false, NULL, err) &&
                predictor_plan(&predictor, "generic", 1, 4, err) &&
                predictor_start(&predictor, err);
    predictor_close(&predictor);
    return good;
}

static bool take_weights(const void *with, struct error *err) {
    const struct training_run *run = with;
    struct model *model = (struct model *)&run->training.trainer.engine.model;
    size_t matched;
    return import_weights("m.ckpt", model, model->weights, &matched, err);
}

static bool go_on(const void *with, struct error *err) {
    return run_go_on((struct training_run *)with, "m.ckpt", err);
}

/* States that are carried, an average beside the weights, all that a run goes on from. */
static void test_resuming(void **state) {
    struct training_run run;
    (void)state;
    run_open(&run,
             "data: {csv: s.csv, sequence_id: id, inputs: [x, y], targets: y, target_per: step, "
             "missing: forward}\n"
             "model: {layers: [gru: 3, dense: 1]}\n"
             "train: {bptt: 2, epochs: 3, optimizer: {adam: {use_ema: true}}, "
             "reduce_lr_on_plateau: {monitor: loss}}\nthreads: 1\n",
             NULL, false);
    run.stop_at = 3;
    run_train(&run);
    exhaust_file(save, &run, "m.ckpt");
    run_save_states(&run, "m.ckpt");
    exhaust(go_on, &run);
    run_close(&run);
}

static void test_checkpoints(void **state) {
    static const char *const data[CONFIGS] = {"n.csv", "c.csv", "t.csv"};
    (void)state;
    for (size_t i = 0; i < CONFIGS; i++) {
        struct training_run run;
        run_open(&run, configs[i], NULL, false);
        exhaust_file(save, &run, "m.ckpt");
        exhaust(open_checkpoint, "m.ckpt");
        exhaust(predict, data[i]);
        exhaust(take_weights, &run);
        run_close(&run);
    }
}

/* ---- streams --------------------------------------------------------------------------------- */

/* What is printed goes nowhere. */
static bool stream(const void *with, struct error *err) {
    struct predictor predictor;
    int signal;
    const struct streaming *settings = with;
    bool good = predictor_open(&predictor, "s.ckpt", err) &&
                streaming_print(&predictor, "s.csv", settings, &signal, err);
    predictor_close(&predictor);
    return good;
}

static void test_streams(void **state) {
    const struct streaming first = {.state_out = "a.state", .quiet = true, .isa = "generic"};
    const struct streaming then = {
        .state_in = "a.state", .state_out = "b.state", .quiet = true, .isa = "generic"};
    static const char *const yaml[] = {
        "data: {csv: s.csv, sequence_id: id, inputs: [x, sky, y], targets: y, window: 2, "
        "missing: forward, columns: {x: {difference: 1}}}\n"
        "model: {layers: [gru: 2, dense: 1]}\nthreads: 1\n",
        "data: {csv: s.csv, sequence_id: id, inputs: [x, sky], targets: y, target_per: step, "
        "missing: forward, columns: {x: {difference: 1}}}\n"
        "model: {layers: [gru: 2, dense: 1]}\nthreads: 1\n",
    };
    (void)state;
    int kept = stdout_away();
    for (size_t i = 0; i < sizeof yaml / sizeof *yaml; i++) {
        struct training_run run;
        run_open(&run, yaml[i], NULL, false);
        run_save(&run, "s.ckpt");
        run_close(&run);
        exhaust_file(stream, &first, "a.state");
        exhaust_file(stream, &then, "b.state");
    }
    stdout_back(kept);
}

/* ---- what is told of models ------------------------------------------------------------------ */

static bool tell(const void *with, struct error *err) {
    struct checkpoint checkpoint;
    struct info info;
    struct text text = {0};
    if (!checkpoint_open(&checkpoint, with, err)) return false;
    bool good = info_make(&info, &checkpoint, err);
    if (good) {
        info_to_text(&info, 80, &text);
        info_data_to_text(&info, 80, &text);
        info_to_json(&info, &text);
        info_free(&info);
        if (text.failed) good = error_set(err, ERROR_SYSTEM, "out of memory (a text)");
    }
    good = good && info_compare(&checkpoint, &checkpoint, true, &text, err) &&
           put_file("m.json", &text, err);
    text_free(&text);
    checkpoint_close(&checkpoint);
    return good;
}

static void test_info(void **state) {
    (void)state;
    for (size_t i = 0; i < CONFIGS; i++) {
        struct training_run run;
        run_open(&run, configs[i], NULL, false);
        run_save(&run, "m.ckpt");
        run_close(&run);
        exhaust_file(tell, "m.ckpt", "m.json");
    }
}

/* ---- what is written of models and histories -------------------------------------------------- */

static bool to_onnx(const void *with, struct error *err) {
    return export_onnx(with, "m.onnx", err);
}
static bool to_c(const void *with, struct error *err) {
    return export_c(with, "m.c", err);
}
static bool to_safetensors(const void *with, struct error *err) {
    return export_safetensors(with, "m.safetensors", err);
}

static void test_exports(void **state) {
    (void)state;
    for (size_t i = 0; i < CONFIGS; i++) {
        struct training_run run;
        run_open(&run, configs[i], NULL, false);
        struct export export = {.model = &run.training.trainer.engine.model,
                                .weights = run.training.trainer.engine.model.weights,
                                .schema = dataset_schema(run.training.task.data),
                                .levels = 1};
        exhaust_file(to_onnx, &export, "m.onnx");
        exhaust_file(to_safetensors, &export, "m.safetensors");
        export.scaled = i == 1;
        if (i == 1) exhaust_file(to_onnx, &export, "m.onnx");
        export.pytorch = i == 2;
        if (i == 2) exhaust_file(to_safetensors, &export, "m.safetensors");
        if (i == 2) exhaust_file(to_c, &export, "m.c");
        run_close(&run);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checkpoints), cmocka_unit_test(test_resuming),
        cmocka_unit_test(test_info),        cmocka_unit_test(test_exports),
        cmocka_unit_test(test_streams),
    };
    return EXHAUST(tests);
}
