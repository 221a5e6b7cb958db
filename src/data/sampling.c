#include "data/sampling.h"

#include <math.h>

static enum layout find_layout(const struct data_options *options, size_t window) {
    if (options->layout != PARAM_UNSET) return (enum layout)options->layout;
    if (window != PARAM_NO_COUNT) return LAYOUT_WINDOWS;
    bool sequences = options->sequence_id != NULL || options->sequence_by != PARAM_UNSET;
    return sequences ? LAYOUT_SEQUENCES : LAYOUT_ROWS;
}

static bool check_windows(const struct data_options *options, size_t window, struct error *err) {
    if (window == PARAM_NO_COUNT)
        return error_set(err, ERROR_CONFIG, "data.layout is windows: data.window is missing");
    if (options->gap != floor(options->gap))
        return error_set(err, ERROR_CONFIG, "data.gap: expected a whole number, got %g",
                         options->gap);
    if (options->target_per != PER_STEP) return true;
    if (options->horizon != 1)
        return error_set(err, ERROR_CONFIG,
                         "data.horizon and data.target_per: step exclude each other: per step, the "
                         "targets are those of the window's own rows");
    if (options->gap != 0)
        return error_set(err, ERROR_CONFIG,
                         "data.gap and data.target_per: step exclude each other: per step, the "
                         "targets are those of the window's own rows");
    return true;
}

static bool check_others(const struct data_options *options, enum layout layout,
                         struct error *err) {
    const char *name = layout == LAYOUT_ROWS ? "rows" : "sequences";
    const char *key = NULL;
    if (options->window != PARAM_NO_COUNT) key = "window";
    if (options->horizon != 1) key = "horizon";
    if (options->stride != 1) key = "stride";
    if (options->future.count > 0) key = "future";
    if (options->gap != 0) key = "gap";
    if (key != NULL)
        return error_set(err, ERROR_CONFIG, "data.%s belongs to layout windows; the layout is %s%s",
                         key, name, options->window == PARAM_NO_COUNT ? " (no data.window)" : "");
    if (layout == LAYOUT_ROWS && options->sequence_by != PARAM_UNSET)
        return error_set(err, ERROR_CONFIG,
                         "data.sequence_by belongs to layouts windows and sequences; the layout is "
                         "rows");
    if (layout == LAYOUT_SEQUENCES && options->sequence_id == NULL &&
        options->sequence_by == PARAM_UNSET)
        return error_set(err, ERROR_CONFIG,
                         "data.layout is sequences: data.sequence_id is missing (or "
                         "data.sequence_by)");
    return true;
}

static bool check_series(const struct data_options *options, struct error *err) {
    if (options->sequence_id == NULL || options->sequence_by == PARAM_UNSET) return true;
    return error_set(err, ERROR_CONFIG, "data.sequence_id and data.sequence_by exclude each other");
}

static bool check_future(const struct data_options *options, const struct sampling *sampling,
                         struct error *err) {
    if (options->future.count == 0) return true;
    if (sampling->ahead == 0)
        return error_set(err, ERROR_CONFIG,
                         "data.future: no target lies after its window, so nothing is ahead");
    if (sampling->horizon <= sampling->window) return true;
    return error_set(err, ERROR_CONFIG,
                     "data.future needs a data.window of at least %zu rows, the horizon: each step "
                     "has the values of one row ahead",
                     sampling->horizon);
}

static bool check_target_steps(const struct sampling *sampling, struct error *err) {
    if (sampling->target_steps == 0) return true;
    if (!sampling->per_step)
        return error_set(err, ERROR_CONFIG, "data.target_steps needs data.target_per: step");
    if (sampling->layout == LAYOUT_ROWS)
        return error_set(err, ERROR_CONFIG,
                         "data.target_steps belongs to layouts windows and sequences; the layout "
                         "is rows");
    if (sampling->layout == LAYOUT_SEQUENCES || sampling->target_steps <= sampling->window)
        return true;
    return error_set(err, ERROR_CONFIG,
                     "data.target_steps: expected at most %zu, data.window, got %zu",
                     sampling->window, sampling->target_steps);
}

/* A text is one sequence of symbols, each with the next for its target. */
static bool check_text(const struct data_options *options, struct error *err) {
    const char *key = NULL;
    if (options->layout != PARAM_UNSET && options->layout != LAYOUT_SEQUENCES) key = "layout";
    if (options->window != PARAM_NO_COUNT) key = "window";
    if (options->horizon != 1) key = "horizon";
    if (options->stride != 1) key = "stride";
    if (options->future.count > 0) key = "future";
    if (options->gap != 0) key = "gap";
    if (options->target_steps > 0) key = "target_steps";
    if (options->sequence_id != NULL) key = "sequence_id";
    if (options->sequence_by != PARAM_UNSET) key = "sequence_by";
    return key == NULL ||
           error_set(err, ERROR_CONFIG, "data.%s and data.text exclude each other", key);
}

static bool check_no_text(const struct data_options *options, struct error *err) {
    if (options->pairs.count > 0) return true;
    bool unit = options->unit == UNIT_WORD;
    bool count = options->min_count > 1 && options->min_count != PARAM_NO_COUNT;
    return (!unit && !count) || error_set(err, ERROR_CONFIG,
                                          "data.%s belongs to data.text and data.pairs; for a "
                                          "column write data.columns: {NAME: {type: "
                                          "text, %s: ...}}",
                                          unit ? "unit" : "min_count", unit ? "unit" : "min_count");
}

bool sampling_find(struct sampling *sampling, const struct data_options *options,
                   struct error *err) {
    if (options->text != NULL) {
        *sampling = (struct sampling){.layout = LAYOUT_SEQUENCES, .per_step = true};
        return check_text(options, err);
    }
    if (!check_no_text(options, err)) return false;
    size_t window = options->window;
    *sampling = (struct sampling){
        .layout = find_layout(options, window),
        .per_step = options->target_per == PER_STEP,
        .target_steps = options->target_steps,
        .window = window,
    };
    if (!check_series(options, err) || !check_target_steps(sampling, err)) return false;
    if (sampling->layout != LAYOUT_WINDOWS) {
        sampling->window = 0;
        return check_others(options, sampling->layout, err);
    }
    if (!check_windows(options, window, err)) return false;
    sampling->stride = options->stride;
    sampling->horizon = sampling->per_step ? window : options->horizon;
    sampling->lead = options->gap < 0 ? window - 1 : window + (size_t)options->gap;
    if (sampling->per_step) sampling->lead = 0;
    sampling->ahead = sampling->lead + sampling->horizon - window;
    return check_future(options, sampling, err);
}

bool sampling_overlaps(const struct sampling *sampling) {
    return sampling->layout != LAYOUT_WINDOWS || sampling->lead < sampling->window;
}

size_t sampling_span(const struct sampling *sampling) {
    return sampling->lead + sampling->horizon;
}
