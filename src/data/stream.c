#include "data/stream.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/store.h"
#include "data/stream_rows.h"

enum { UNKNOWN_KEPT = 1000 }; /* texts of categories that are not known, until they are forgotten */

/* The table has the rows that the present one looks back on, then the present one: rows 0..keep-1 and
 * keep. Of a sequence of fewer rows it has those before `keep`. */
struct stream {
    struct dataset *dataset;
    struct source source;
    struct table_reader *reader;
    struct table_row read;
    size_t *from;
    size_t length;   /* rows of a sample; in layout rows 1 */
    size_t needs;    /* rows before its sequence has a sample */
    size_t keep;     /* rows of a history */
    size_t width;    /* numbers of a row of it */
    size_t ids;      /* that the model takes, 0: none */
    size_t *unknown; /* [schema columns] categories that are not known */
    bool taken;      /* the row at `keep` is one of `present` */
    struct stream_position so_far;
    struct sequences sequences;
    struct sequence *present; /* whose rows the table has; NULL: nobody's */
};

/* ---- can it be? ------------------------------------------------------------------------------ */

static const char *find_obstacle(const struct sampling *sampling, const struct schema *schema) {
    for (size_t i = 0; i < schema->columns; i++)
        if (schema->column[i].type == COLUMN_TEXT)
            return "the model reads texts; predict on a file, without --stream";
    if (schema_ahead(schema) > 0)
        return "what data.future names is not known when a row comes; predict on a file, without "
               "--stream";
    if (sampling->layout == LAYOUT_SEQUENCES && sampling->target_steps > 0)
        return "data.target_steps asks for the last steps of a whole sequence, and a stream has "
               "none yet; predict on a file, without --stream";
    return NULL;
}

bool stream_check(const struct data_options *options, const struct schema *schema, bool *steps,
                  struct error *err) {
    struct sampling sampling;
    if (options->text != NULL)
        return error_set(err, ERROR_CONFIG,
                         "--stream is for rows; a language model goes on with --generate");
    if (!sampling_find(&sampling, options, err)) return false;
    *steps = sampling.layout == LAYOUT_SEQUENCES;
    const char *obstacle = find_obstacle(&sampling, schema);
    if (obstacle != NULL) return error_set(err, ERROR_CONFIG, "--stream: %s", obstacle);
    for (size_t i = 0; i < schema->inputs && sampling.layout != LAYOUT_ROWS; i++) {
        const struct schema_column *column = &schema->column[schema->input[i]];
        if (column->missing == MISSING_INTERPOLATE)
            return error_set(err, ERROR_CONFIG,
                             "--stream: column \"%s\": missing: interpolate looks at rows to come; "
                             "train with missing: forward, or predict on a file, without --stream",
                             column->name);
    }
    return true;
}

/* ---- opening --------------------------------------------------------------------------------- */

static void measure(struct stream *stream) {
    struct dataset *dataset = stream->dataset;
    const struct schema *schema = dataset->schema;
    const struct sampling *s = &dataset->sampling;
    size_t input = store_difference(schema, schema->input, schema->inputs);
    size_t target = store_difference(schema, schema->target, schema->targets);
    bool windows = s->layout == LAYOUT_WINDOWS, forward = false;
    if (windows) target = target > s->lead ? target - s->lead : 0;
    stream->length = windows ? s->window : 1;
    stream->needs = stream->length + (input > target ? input : target);
    stream->keep = stream->needs - 1;
    for (size_t k = 0; k < schema->columns; k++)
        forward |= schema->column[k].missing == MISSING_FORWARD;
    if (forward && stream->keep == 0 && s->layout != LAYOUT_ROWS) stream->keep = 1;
}

static bool take_arrays(struct stream *stream, struct error *err) {
    struct dataset *dataset = stream->dataset;
    const struct schema *schema = dataset->schema;
    size_t rows = stream->keep + 1, size;
    dataset->level = memory_take(schema->columns, sizeof *dataset->level, "columns", err);
    dataset->absent = memory_take(schema->columns, sizeof *dataset->absent, "columns", err);
    dataset->constant = memory_take(schema->columns, sizeof *dataset->constant, "columns", err);
    stream->unknown = memory_take(schema->columns, sizeof *stream->unknown, "columns", err);
    if (dataset->level == NULL || dataset->absent == NULL || dataset->constant == NULL ||
        stream->unknown == NULL || !table_reserve(&dataset->table, rows, err))
        return false;
    for (size_t k = 0; k < schema->columns; k++) {
        const struct schema_column *column = &schema->column[k];
        struct table_column *values =
            dataset->at[k] != SIZE_MAX ? &dataset->table.column[dataset->at[k]] : NULL;
        if (values == NULL) continue;
        dataset->level[k] = values->value;
        if (row_has_level(column)) {
            if (!memory_multiply(rows, row_levels(column), &size, "a stream", err)) return false;
            dataset->level[k] = memory_take(size, sizeof **dataset->level, "a stream", err);
            if (dataset->level[k] == NULL) return false;
        }
        if (column->indicator) {
            dataset->absent[k] = memory_take(rows, sizeof **dataset->absent, "a stream", err);
            if (dataset->absent[k] == NULL) return false;
        }
        if (column->type == COLUMN_CATEGORY && !number_categories(column, &values->dictionary, err))
            return false;
    }
    return true;
}

/* Before the first row stands an empty text. */
static bool begin_texts(struct stream *stream, struct error *err) {
    struct table *table = &stream->dataset->table;
    for (size_t c = 0; c < table->columns; c++) {
        struct table_column *column = &table->column[c];
        if (column->keep != KEEP_TEXT) continue;
        if (!memory_grow(&column->texts, &column->texts_capacity, 1, 1, "a stream", err))
            return false;
        column->texts[0] = '\0';
        column->texts_length = 1;
        column->text[stream->keep] = 0;
    }
    return true;
}

/* One sample, which ends with the present row. A sequence's goes on from what is carried. */
static bool set_sample(struct stream *stream, struct error *err) {
    struct dataset *dataset = stream->dataset;
    struct part_samples *part = &dataset->part[PART_TRAIN];
    bool rows = dataset->sampling.layout == LAYOUT_ROWS;
    size_t length = rows ? dataset->schema->steps : stream->length;
    struct span span = {.first = stream->keep + 1 - stream->length,
                        .count = 1,
                        .stride = 1,
                        .length = length,
                        .end = stream->keep + 1};
    if (!add_span(part, span, err)) return false;
    if (dataset->sampling.layout != LAYOUT_SEQUENCES) return true;
    dataset->carry = CARRY_ALL;
    dataset->group = 1;
    part->track = memory_take(1, sizeof *part->track, "tracks", err);
    if (part->track == NULL) return false;
    part->track[0] = (struct track){SIZE_MAX, 1}; /* no sample begins it */
    part->tracks = 1;
    return true;
}

/* A line of data alone says little to who forgot the header. */
static bool lacks_header(const struct stream *stream, struct error *err) {
    struct error cause = *err;
    if (stream->source.headed || stream->source.header != NULL) return false;
    return error_set(err, cause.kind,
                     "%s; the first line is no header: send that of the file first, as "
                     "tail -n +1 -f FILE does, or go on with --state-in",
                     cause.text);
}

static bool open_source(struct stream *stream, const char *path,
                        const struct stream_settings *settings, struct error *err) {
    struct dataset *dataset = stream->dataset;
    if (!note_uses(dataset, err) ||
        !source_open_stream(&stream->source, path, dataset->options, dataset->schema,
                            settings->wait, settings->header, err))
        return false;
    if (!match_input(dataset, &stream->source, &stream->from, err))
        return lacks_header(stream, err);
    stream->read.pending = stream->source.pending;
    stream->reader = table_reader_open(&dataset->table, &stream->source, stream->from, err);
    return stream->reader != NULL && note_part(dataset, PART_TRAIN, err);
}

static bool start(struct stream *stream, const struct data_options *options,
                  const struct schema *schema, const char *path,
                  const struct stream_settings *settings, struct error *err) {
    stream->dataset = dataset_start_input(options, schema, settings->keep, err);
    if (stream->dataset == NULL || !open_source(stream, path, settings, err)) return false;
    measure(stream);
    if (!take_arrays(stream, err) || !begin_texts(stream, err) || !set_sample(stream, err))
        return false;
    stream->width = row_width(stream->dataset);
    stream->sequences.most = settings->sequences;
    return memory_multiply(stream->keep, stream->width, &stream->sequences.history, "a stream",
                           err);
}

bool stream_open(struct stream **to, const struct data_options *options,
                 const struct schema *schema, const char *path,
                 const struct stream_settings *settings, struct error *err) {
    struct stream *stream = memory_take(1, sizeof *stream, "a stream", err);
    if (stream == NULL) return false;
    if (start(stream, options, schema, path, settings, err)) {
        *to = stream;
        return true;
    }
    stream_close(stream);
    return false;
}

void stream_close(struct stream *stream) {
    if (stream == NULL) return;
    table_reader_close(stream->reader);
    source_close(&stream->source);
    sequences_free(&stream->sequences);
    free(stream->from);
    free(stream->unknown);
    dataset_close(stream->dataset);
    free(stream);
}

/* ---- sequences ------------------------------------------------------------------------------- */

/* The rows that the table has of the present sequence, to where they are kept of it. */
static void put_away(const struct stream *stream) {
    const struct sequence *present = stream->present;
    for (size_t i = 0; present != NULL && i < present->rows; i++)
        row_get(stream->dataset, stream->keep - present->rows + i,
                present->history + i * stream->width);
}

static void take_up(struct stream *stream, struct sequence *sequence) {
    stream->present = sequence;
    for (size_t i = 0; i < sequence->rows; i++)
        row_put(stream->dataset, stream->keep - sequence->rows + i,
                sequence->history + i * stream->width);
}

/* The row that was last is one before the next. */
static void pass_row(struct stream *stream) {
    if (!stream->taken) return;
    stream->taken = false;
    if (stream->present->rows < stream->keep) stream->present->rows++;
    rows_shift(stream->dataset, stream->keep, stream->present->rows);
}

static const char *id_of(const struct stream *stream) {
    const struct dataset *dataset = stream->dataset;
    bool rows = dataset->sampling.layout == LAYOUT_ROWS;
    if (dataset->id == SIZE_MAX || rows) return "";
    const struct table_column *column = &dataset->table.column[dataset->id];
    return column->texts + column->text[stream->keep];
}

static bool choose_sequence(struct stream *stream, struct error *err) {
    struct dataset *dataset = stream->dataset;
    const char *id = id_of(stream);
    if (*id == '\0' && dataset->id != SIZE_MAX && dataset->sampling.layout != LAYOUT_ROWS)
        return error_at(err, ERROR_DATA, table_place(&dataset->table, stream->keep),
                        "column \"%s\": missing value; every row needs its sequence's id",
                        dataset->table.column[dataset->id].name);
    if (stream->present == NULL || strcmp(stream->present->id, id) != 0) {
        put_away(stream);
        struct sequence *sequence = sequences_find(&stream->sequences, id, err);
        if (sequence == NULL) return false;
        take_up(stream, sequence);
    }
    if (stream->read.after_empty && dataset->options->sequence_by == BY_BLANK_LINE)
        sequences_reset(&stream->sequences, stream->present);
    return true;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Of a column of texts only the last one is kept, where the reader looks for the one before. */
static void keep_last_text(struct table_column *column, size_t row) {
    if (column->keep != KEEP_TEXT) return;
    const char *last = column->texts + column->text[row];
    size_t size = strlen(last) + 1;
    memmove(column->texts, last, size);
    column->texts_length = size;
    column->text[row] = 0;
    if (row > 0) column->text[row - 1] = 0;
}

/* Texts that are no category of the model do not pile up. */
static bool forget_unknown(struct stream *stream, struct error *err) {
    const struct schema *schema = stream->dataset->schema;
    for (size_t k = 0; k < schema->columns; k++) {
        if (schema->column[k].type != COLUMN_CATEGORY || stream->dataset->at[k] == SIZE_MAX)
            continue;
        struct dictionary *texts =
            &stream->dataset->table.column[stream->dataset->at[k]].dictionary;
        if (texts->count < schema->column[k].categories + UNKNOWN_KEPT) continue;
        dictionary_free(texts);
        if (!number_categories(&schema->column[k], texts, err)) return false;
    }
    return true;
}

static bool make_ready(struct stream *stream, struct error *err) {
    struct table *table = &stream->dataset->table;
    pass_row(stream);
    table->rows = stream->keep;
    for (size_t c = 0; c < table->columns; c++) keep_last_text(&table->column[c], stream->keep);
    stream->read.before = stream->so_far.rows;
    return forget_unknown(stream, err);
}

/* What the pipeline of whole files does to its columns, for the present row. */
static bool convert(struct stream *stream, struct error *err) {
    struct dataset *dataset = stream->dataset;
    const struct schema *schema = dataset->schema;
    size_t row = stream->keep;
    bool before = stream->present->rows > 0 && !stream->present->hole;
    dataset->table.rows = row + 1;
    for (size_t k = 0; k < schema->columns; k++) {
        const struct schema_column *column = &schema->column[k];
        if (dataset->at[k] == SIZE_MAX) continue;
        if (column->type == COLUMN_CATEGORY &&
            !apply_category(dataset, k, row, &stream->unknown[k], err))
            return false;
        fill_cell(dataset, k, row, before);
    }
    clear_tails(dataset);
    if (!fill_steps(dataset, err)) return false;
    for (size_t k = 0; k < schema->columns; k++) {
        const struct schema_column *column = &schema->column[k];
        if (dataset->at[k] == SIZE_MAX) continue;
        if (column->log && !take_logarithm(dataset, k, row, err)) return false;
        if (column->type == COLUMN_TIME && !take_time(dataset, k, row, err)) return false;
    }
    return stream->ids == 0 || check_ids_of_row(dataset, stream->ids, row, err);
}

/* A row that is left out ends what windows look at, and what is filled from. */
static void leave_out(struct stream *stream) {
    stream->present->hole = true;
    if (stream->dataset->sampling.layout == LAYOUT_WINDOWS) stream->present->rows = 0;
}

bool stream_next(struct stream *stream, enum stream_event *event, struct error *err) {
    struct dataset *dataset = stream->dataset;
    struct span *span = dataset->part[PART_TRAIN].span;
    *event = STREAM_EARLY;
    if (!make_ready(stream, err) || !table_reader_next(stream->reader, &stream->read, err))
        return false;
    stream->read.after_empty |= stream->so_far.after_empty;
    stream->so_far.after_empty = stream->read.after_empty && !stream->read.more;
    if (!stream->read.more) {
        *event = STREAM_END;
        return true;
    }
    if (!choose_sequence(stream, err)) return false;
    if (stream->read.dropped) {
        leave_out(stream);
        return true;
    }
    if (!convert(stream, err)) return false;
    stream->present->hole = false;
    stream->taken = true;
    stream->so_far.rows++;
    if (dataset->sampling.layout == LAYOUT_ROWS)
        span->length = store_row_steps(dataset, stream->keep);
    if (stream->present->rows + 1 >= stream->needs) *event = STREAM_SAMPLE;
    return true;
}

/* ---- what is asked --------------------------------------------------------------------------- */

struct dataset *stream_dataset(struct stream *stream) {
    return stream->dataset;
}

size_t stream_row(const struct stream *stream) {
    return stream->keep;
}

bool stream_headed(const struct stream *stream) {
    return stream->source.headed;
}

const char *stream_header(const struct stream *stream) {
    return stream->source.header;
}

void stream_carry(struct stream *stream, size_t numbers, size_t ids) {
    stream->sequences.carried = numbers;
    stream->ids = ids;
}

size_t stream_given_up(const struct stream *stream) {
    return stream->sequences.given_up;
}

float *stream_carried(struct stream *stream) {
    return stream->present->carried;
}

void stream_note(struct stream *stream) {
    for (size_t k = 0; k < stream->dataset->schema->columns; k++)
        warn_of_unknown(stream->dataset, k, stream->unknown[k]);
}

struct sequences *stream_sequences(struct stream *stream) {
    pass_row(stream);
    put_away(stream);
    return &stream->sequences;
}

size_t stream_width(const struct stream *stream) {
    return stream->width;
}

size_t stream_history(const struct stream *stream) {
    return stream->keep;
}

struct stream_position stream_position(const struct stream *stream) {
    return stream->so_far;
}

void stream_go_on(struct stream *stream, struct stream_position position) {
    stream->so_far = position;
}

static bool check_cell(const struct schema_column *column, struct cell cell) {
    bool category = column->type == COLUMN_CATEGORY;
    if (category && cell.value != NULL && !isnan(*cell.value))
        return *cell.value >= 0 && *cell.value < (float)column->categories &&
               floorf(*cell.value) == *cell.value;
    return true;
}

bool stream_check_history(const struct stream *stream, const float *history, size_t rows,
                          struct error *err) {
    struct dataset *dataset = stream->dataset;
    for (size_t i = 0; i < rows; i++) {
        row_put(dataset, stream->keep, history + i * stream->width);
        for (size_t k = 0; k < dataset->schema->columns; k++)
            if (!check_cell(&dataset->schema->column[k], row_cell(dataset, k, stream->keep)))
                return error_set(err, ERROR_CHECKPOINT, "column \"%s\": a category that is none",
                                 dataset->schema->column[k].name);
        if (stream->ids > 0 && !check_ids_of_row(dataset, stream->ids, stream->keep, err)) {
            err->kind = ERROR_CHECKPOINT;
            return false;
        }
    }
    return true;
}
