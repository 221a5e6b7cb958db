#include "tools/show_samples.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cli.h"
#include "tools/task.h"

/* What 80 columns hold: five cells of a table beside step and line. */
enum { WIDTH = 79, CELLS = 5, CELL = 11, FIRST_STEPS = 8, LAST_STEPS = 3, TARGETS_SHOWN = 6 };

struct show {
    const struct dataset *data;
    struct batch batch, decoder; /* of one sample */
    struct plan plan;
    double *restored, *truth; /* [target numbers] undone targets; as the file has them */
    size_t sample;
};

/* ---- texts ----------------------------------------------------------------------------------- */

/* At most `width` columns of a text, whose last becomes an ellipsis when there are more. */
static void add_cut(struct text *to, const char *text, size_t width) {
    size_t columns = 0, end = 0;
    if (text_width(text) <= width) {
        text_add(to, text);
        return;
    }
    for (; text[end] != '\0'; end++) {
        bool begins = ((unsigned char)text[end] & 0xc0) != 0x80;
        if (begins && ++columns == width) break;
    }
    text_add_bytes(to, text, end);
    text_add(to, "…");
}

static void add_cell(struct text *to, const char *text) {
    for (size_t i = text_width(text); i < CELL; i++) text_add(to, " ");
    text_add(to, " ");
    add_cut(to, text, CELL);
}

static void add_number_cell(struct text *to, double value) {
    struct text cell = {0};
    text_format(&cell, "%.5g", value == 0 ? 0 : value); /* no "-0" */
    add_cell(to, cell.bytes != NULL ? cell.bytes : "?");
    text_free(&cell);
}

/* A line that was gathered piece by piece. */
static void add_line(struct text *to, struct text *line) {
    struct text safe = {0};
    text_add_safe(&safe, line->bytes != NULL ? line->bytes : "");
    add_cut(to, safe.bytes != NULL ? safe.bytes : "", WIDTH);
    text_add(to, "\n");
    text_free(&safe);
    text_free(line);
}

static const char *line_word(const struct show *show) {
    return dataset_place(show->data, 0).line > 0 ? "line" : "row";
}

/* A line of a file, or a row of what is made. */
static size_t line_of(const struct show *show, size_t row) {
    struct place place = dataset_place(show->data, row);
    return place.line > 0 ? place.line : row + 1;
}

/* ---- steps ----------------------------------------------------------------------------------- */

static const real *features_at(const struct show *show, size_t step) {
    return show->batch.x + show->batch.steps.offset[step] * show->batch.shape.features;
}

/* The targets of a step, or of the sample. */
static size_t first_target(const struct show *show, size_t step) {
    const struct batch_shape *shape = &show->batch.shape;
    return shape->target_steps ? show->batch.steps.offset[step] * shape->targets : 0;
}

/* Is this step left out for the sake of the reader? Then one line stands for all of them. */
static bool skip_step(const struct show *show, size_t step, struct text *to) {
    size_t steps = show->batch.steps.count;
    if (steps <= FIRST_STEPS + LAST_STEPS + 1 || step < FIRST_STEPS || step + LAST_STEPS >= steps)
        return false;
    if (step == FIRST_STEPS)
        text_format(to, "     … (%zu more)\n", steps - FIRST_STEPS - LAST_STEPS);
    return true;
}

/* Cells of a table: features first, then the targets of a step, at least one of either. */
struct cells {
    size_t features, targets;
};

static struct cells choose_cells(const struct batch_shape *shape) {
    size_t targets = shape->target_steps ? shape->targets : 0, room = CELLS;
    struct cells cells = {shape->features, targets};
    if (cells.features + cells.targets <= room) return cells;
    cells.targets =
        targets > 1 && shape->features + 1 < room ? room - shape->features : targets > 0;
    cells.features = room - cells.targets;
    return cells;
}

static void add_table_header(const struct show *show, const struct cells *cells, struct text *to) {
    struct text name = {0};
    text_format(to, "  step %7s", line_word(show));
    for (size_t f = 0; f < cells->features + cells->targets; f++) {
        if (f < cells->features)
            dataset_feature_name(show->data, 0, f, &name);
        else
            dataset_target_name(show->data, 0, f - cells->features, &name);
        add_cell(to, name.bytes != NULL ? name.bytes : "?");
        text_free(&name);
    }
    size_t left = show->batch.shape.features - cells->features;
    if (left > 0) text_add(to, " …");
    text_add(to, "\n");
    if (left > 0) text_format(to, "  (%zu features more)\n", left);
}

static void add_table(const struct show *show, struct text *to) {
    struct cells cells = choose_cells(&show->batch.shape);
    add_table_header(show, &cells, to);
    for (size_t t = 0; t < show->batch.steps.count; t++) {
        if (skip_step(show, t, to)) continue;
        size_t row = dataset_step_row(show->data, PART_TRAIN, show->sample, t);
        text_format(to, "%6zu %7zu", t + 1, line_of(show, row));
        for (size_t f = 0; f < cells.features; f++)
            add_number_cell(to, (double)features_at(show, t)[f]);
        for (size_t k = 0; k < cells.targets; k++)
            add_number_cell(to, (double)show->batch.y[first_target(show, t) + k]);
        text_add(to, "\n");
    }
}

/* The words or characters of a text, each with its id. */
static void add_tokens(const struct show *show, const struct schema_column *column,
                       struct text *to) {
    struct text line = {0};
    text_format(&line, "  step %7s  %s", "id", column->name);
    add_line(to, &line);
    for (size_t t = 0; t < show->batch.steps.count; t++) {
        if (skip_step(show, t, to)) continue;
        double id = (double)features_at(show, t)[0];
        text_format(&line, "%6zu %7.0f  ", t + 1, id);
        schema_add_token(column, (size_t)id, true, &line);
        add_line(to, &line);
    }
}

/* Of a row each step has columns of its own, so the names stand beside the values. */
static void add_row_steps(const struct show *show, struct text *to) {
    const struct batch_shape *shape = &show->batch.shape;
    const struct schema *schema = dataset_schema(show->data);
    const struct schema_column *column = &schema->column[schema->input[0]];
    if (column->type == COLUMN_TEXT) {
        add_tokens(show, column, to);
        return;
    }
    for (size_t t = 0; t < show->batch.steps.count; t++) {
        struct text line = {0};
        if (skip_step(show, t, to)) continue;
        text_format(&line, "%6zu", t + 1);
        for (size_t f = 0; f < shape->features; f++) {
            text_add(&line, "  ");
            dataset_feature_name(show->data, t, f, &line);
            text_format(&line, " %.5g", (double)features_at(show, t)[f]);
        }
        for (size_t k = 0; shape->target_steps && k < shape->targets; k++) {
            text_add(&line, k == 0 ? "  target " : ", ");
            dataset_target_name(show->data, t, k, &line);
            text_format(&line, " %.5g", (double)show->batch.y[first_target(show, t) + k]);
        }
        add_line(to, &line);
    }
}

/* ---- targets --------------------------------------------------------------------------------- */

/* Number `at` of the targets that a batch has of the sample, the k-th of those that belong together. */
static void add_target(const struct show *show, const struct batch *batch, size_t at, size_t k,
                       size_t row, struct text *to) {
    const struct schema *schema = dataset_schema(show->data);
    const struct schema_column *column = &schema->column[schema->target[0]];
    double seen = (double)batch->y[at];
    struct text line = {0};
    text_add(&line, "  target ");
    dataset_target_name(show->data, 0, k, &line);
    text_format(&line, ", %s %zu: ", line_word(show), line_of(show, row));
    if (schema->target_kind == TARGET_CLASS && (size_t)seen < column->categories)
        text_format(&line, "%s (class %.9g)", column->category[(size_t)seen], seen);
    else if (dataset_restores(show->data))
        text_format(&line, "%.9g (to the model %.6g)", show->truth[at], seen);
    else
        text_format(&line, "%.9g", seen);
    add_line(to, &line);
}

/* Steps of another number than those that are read. */
static void add_last_steps(struct show *show, struct text *to) {
    struct batch *batch = &show->decoder;
    size_t targets = batch->shape.targets;
    batch_follow(batch, &show->batch);
    dataset_gather_decoder(show->data, PART_TRAIN, batch, 0, 1);
    dataset_restore(show->data, PART_TRAIN, batch, batch->y, show->restored, show->truth);
    for (size_t i = 0; i < batch->steps.count * targets && i < TARGETS_SHOWN; i++)
        add_target(show, batch, i, i % targets,
                   dataset_target_row(show->data, PART_TRAIN, show->sample, i / targets), to);
    if (batch->steps.count * targets > TARGETS_SHOWN)
        text_format(to, "  … (%zu targets more)\n", batch->steps.count * targets - TARGETS_SHOWN);
}

/* A text as the decoder is to write it. */
static void add_text(struct show *show, struct text *to) {
    const struct schema *schema = dataset_schema(show->data);
    const struct schema_column *column = &schema->column[schema->target[0]];
    size_t row = dataset_target_row(show->data, PART_TRAIN, show->sample, 0);
    size_t length = dataset_target_length(show->data, PART_TRAIN, show->sample);
    struct text line = {0};
    batch_arrange(&show->decoder, &show->sample, &length, 1);
    dataset_gather_decoder(show->data, PART_TRAIN, &show->decoder, 0, 1);
    text_format(&line, "  target %s, %s %zu: ", column->name, line_word(show), line_of(show, row));
    for (size_t t = 0; t + 1 < length; t++)
        schema_add_token(column, (size_t)show->decoder.y[t], t == 0, &line);
    text_format(&line, " (%zu steps to write, the end included)", length);
    add_line(to, &line);
}

static void add_targets(struct show *show, struct text *to) {
    const struct batch_shape *shape = &show->batch.shape;
    if (schema_writes(dataset_schema(show->data))) {
        add_text(show, to);
        return;
    }
    if (show->decoder.shape.steps > 0) add_last_steps(show, to);
    if (shape->target_steps || show->decoder.shape.steps > 0) return;
    size_t horizon = shape->targets / dataset_schema(show->data)->targets;
    for (size_t k = 0; k < shape->targets && k < TARGETS_SHOWN; k++)
        add_target(show, &show->batch, k, k,
                   dataset_target_row(show->data, PART_TRAIN, show->sample, k % horizon), to);
    if (shape->targets > TARGETS_SHOWN)
        text_format(to, "  … (%zu targets more)\n", shape->targets - TARGETS_SHOWN);
    if (show->batch.weight != NULL)
        text_format(to, "  weight %.9g\n", (double)show->batch.weight[0]);
}

/* ---- samples --------------------------------------------------------------------------------- */

static void add_heading(const struct show *show, bool rows, struct text *to) {
    size_t steps = show->batch.steps.count;
    size_t first = dataset_step_row(show->data, PART_TRAIN, show->sample, 0);
    size_t last = dataset_step_row(show->data, PART_TRAIN, show->sample, steps - 1);
    struct place place = dataset_place(show->data, first);
    struct text line = {0}, label = {0};
    text_format(&line, "sample %zu of %zu: %zu step%s, %s%s %zu", show->sample + 1,
                dataset_count(show->data, PART_TRAIN), steps, text_plural(steps), line_word(show),
                rows || first == last ? "" : "s", line_of(show, first));
    if (!rows && first != last) text_format(&line, "–%zu", line_of(show, last));
    text_format(&line, " of %s", place.file != NULL ? place.file : "?");
    dataset_label_header(show->data, &label);
    if (label.length > 0) {
        label.bytes[label.length - 1] = '\0';
        text_format(&line, ", %s ", label.bytes);
        text_free(&label);
        dataset_label(show->data, first, &label);
        if (label.length > 0) text_add_bytes(&line, label.bytes, label.length - 1);
    }
    text_free(&label);
    add_line(to, &line);
}

static bool show_sample(struct show *show, bool rows, struct error *err) {
    struct text to = {0};
    size_t length = dataset_length(show->data, PART_TRAIN, show->sample);
    batch_arrange(&show->batch, &show->sample, &length, 1);
    dataset_gather(show->data, PART_TRAIN, &show->batch, 0, 1);
    if (show->decoder.shape.steps == 0)
        dataset_restore(show->data, PART_TRAIN, &show->batch, show->batch.y, show->restored,
                        show->truth);
    if (show->sample > 0) text_add(&to, "\n");
    add_heading(show, rows, &to);
    if (rows)
        add_row_steps(show, &to);
    else
        add_table(show, &to);
    add_targets(show, &to);
    return cli_print_text(&to, err);
}

static bool show_all(struct show *show, bool rows, size_t count, struct error *err) {
    struct batch_shape shape = {.rows = 1};
    size_t all = dataset_count(show->data, PART_TRAIN);
    dataset_shape(show->data, &shape);
    if (shape.decoder_steps > 0) {
        const struct batch_shape decoder = batch_shape_of_decoder(&shape);
        batch_plan(&show->decoder, &decoder, &show->plan);
        shape.weighted = shape.target_steps = false;
    }
    batch_plan(&show->batch, &shape, &show->plan);
    size_t steps = shape.target_steps ? shape.steps : 1;
    if (shape.decoder_steps > steps) steps = shape.decoder_steps;
    size_t numbers = shape.targets * steps;
    plan_want(&show->plan, &show->restored, numbers, sizeof *show->restored);
    plan_want(&show->plan, &show->truth, numbers, sizeof *show->truth);
    if (!plan_commit(&show->plan, "samples", err)) return false;
    for (show->sample = 0; show->sample < count && show->sample < all; show->sample++)
        if (!show_sample(show, rows, err)) return false;
    return true;
}

bool show_samples(const struct config *config, size_t count, struct error *err) {
    struct task task;
    if (!task_open(&task, config, err)) return false;
    struct show show = {.data = task.data};
    bool good = show_all(&show, dataset_has_row_steps(task.data), count, err);
    plan_free(&show.plan);
    task_close(&task);
    return good;
}
