/* dataset.h - samples of a task: read, split, fitted, transformed, ready to be gathered.
 *
 * The rest of the program sees three calls - count, length, gather - and never a column, so data
 * larger than memory could lie behind the same three. */
#ifndef DATA_DATASET_H
#define DATA_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "data/options.h"
#include "data/schema.h"
#include "data/weights.h"
#include "model/batch.h"

enum part { PART_TRAIN, PART_VALIDATION, PART_TEST, PART_COUNT, PART_NONE = PART_COUNT };

/* Columns to keep as texts beside what the model uses: for output beside predictions, or for groups.
 */
struct data_keep {
    const char *column; /* of that name, in every file; NULL: none */
    bool all;           /* instead: all columns of the file, in its order */
};

/* What the model and the loss ask of the data. */
struct data_request {
    enum target_kind target; /* TARGET_FOUND: by the target column's type */
    size_t units; /* of the model's last layer, 0 unknown: integers 0..units-1 are class numbers */
    size_t features; /* of a step by model.input, 0 when not said (rows layout: then 1) */
    size_t steps;    /* by model.input, 0 when not said or any */
    uint64_t seed;   /* of generated data, and of parts that are drawn */
    size_t fold; /* 1..data.cross_validation: the part to validate on is that fold; 0: no fold */
    const struct data_keep *keep; /* NULL: nothing */
    struct data_weights weights;
};

struct dataset;

/* Read everything a config names, split it, fit the transforms on the training part, and apply
 * them. Errors: ERROR_DATA for what a file holds, ERROR_CONFIG for keys that do not fit it (a
 * column that is not there is a data error: BAD_INPUT 58). The options are borrowed. */
bool dataset_open(struct dataset **dataset, const struct data_options *options,
                  const struct data_request *request, struct error *err);

/* Do a schema and the keys of a config, both from one checkpoint, fit each other? Nothing of the
 * other calls is safe with a pair that does not: ERROR_CHECKPOINT, without the file's name. */
bool dataset_agrees(const struct data_options *options, const struct schema *schema,
                    struct error *err);

/* Read `path` ("-" is standard input) for prediction, as `schema` says: columns by name, extra
 * ones passed over, targets may be absent (or empty). With `judging` targets that are there are
 * read and held to be right; without, those that are no inputs are passed over, too. Its samples
 * are PART_TRAIN's: in windows every complete one, whatever the stride and wherever its targets
 * lie. The schema, options and `keep` (NULL: nothing) are borrowed. */
bool dataset_open_input(struct dataset **dataset, const struct data_options *options,
                        const struct schema *schema, const char *path, bool judging,
                        const struct data_keep *keep, struct error *err);

/* The same of two files of lines, for judging; of a model of data.pairs dataset_open_input reads the
 * source's lines alone. Of an empty line nothing is written: see dataset_is_blank. */
bool dataset_open_pairs(struct dataset **dataset, const struct data_options *options,
                        const struct schema *schema, const char *source, const char *target,
                        const struct data_keep *keep, struct error *err);

void dataset_close(struct dataset *dataset); /* NULL is allowed */

const struct schema *dataset_schema(const struct dataset *dataset);

/* Let a decoder of numbers start as the one that was trained on the same data by this schema did: files
 * of 0.1.0 know no last values. */
void dataset_start_as(struct dataset *dataset, const struct schema *trained);

/* False for an input to predict on that lacks a target column. */
bool dataset_has_targets(const struct dataset *dataset);

/* Features of a step and targets of a sample or step, and the longest sample over all parts.
 * shape->rows is left alone. */
void dataset_shape(const struct dataset *dataset, struct batch_shape *shape);

size_t dataset_count(const struct dataset *dataset, enum part part);
size_t dataset_length(const struct dataset *dataset, enum part part, size_t sample);

/* Is the text that a sample of lines is read from an empty line? */
bool dataset_is_blank(const struct dataset *dataset, size_t sample);

/* Do all inputs hold ids, integers below `ids`? ERROR_DATA with the place of the first that does
 * not, ERROR_CONFIG for a column that is scaled. */
bool dataset_check_ids(const struct dataset *dataset, size_t ids, struct error *err);

/* Fill batch->x, batch->y and, where rows have weights, batch->weight for the samples in
 * batch->sample, which batch_arrange has put there.
 * Rows r0 <= r < r1 only, so that a team can share the work. y is left alone when an input has no
 * targets; a target that lies after the end of an input is NaN. */
void dataset_gather(const struct dataset *dataset, enum part part, struct batch *batch, size_t r0,
                    size_t r1);

/* Steps of a sample's target where each has one: those of its inputs, or those in which a decoder
 * writes a text, its end included; one when the file has no such texts. */
size_t dataset_target_length(const struct dataset *dataset, enum part part, size_t sample);

/* Fill a decoder's batch of the same samples. For a text: the target one step late in x, the target
 * in y, and weights. For the numbers of a horizon: the targets one step late in x, behind their last
 * known values, or zeros where the model does not see them. */
void dataset_gather_decoder(const struct dataset *dataset, enum part part, struct batch *batch,
                            size_t r0, size_t r1);

/* Undo scale, difference and log: model outputs (laid out like batch->y, `targets` wide) to numbers
 * in the targets' own units, and, where `truth` is not NULL, the true targets likewise. What a
 * difference needs that lies after the sample's last input row is taken from the predictions, never
 * from the truth. For class targets this copies. */
void dataset_restore(const struct dataset *dataset, enum part part, const struct batch *batch,
                     const real *output, double *restored, double *truth);

/* True when restore is not the identity: metrics need it. */
bool dataset_restores(const struct dataset *dataset);

/* Rows read, and the one that a prediction stands beside: of a row, itself; of a window or
 * sequence its last, or, with a target per step, that of the step. */
size_t dataset_rows(const struct dataset *dataset);
size_t dataset_row(const struct dataset *dataset, enum part part, size_t sample, size_t step);

/* ---- forecasts that go on from themselves ----------------------------------------------------- */

/* Open an input to forecast `steps` rows after the end of each of its series: what the windows there
 * look back on is kept, and the rows to come are added, to be fed. ERROR_CONFIG when the model is no
 * forecast, or reads what is not predicted. The schema and options are borrowed. */
bool dataset_open_ahead(struct dataset **dataset, const struct data_options *options,
                        const struct schema *schema, const char *path, size_t steps,
                        struct error *err);

size_t dataset_series(const struct dataset *dataset);

/* The sample of PART_TRAIN whose targets begin `step` rows after the end of a series, and that row
 * of the data. It can be asked for when all the rows before it have been fed. */
size_t dataset_ahead(const struct dataset *dataset, size_t series, size_t step);
size_t dataset_ahead_row(const struct dataset *dataset, size_t series, size_t step);

/* Take the predictions of a sample, as dataset_restore gives them, for what happened; and what a row
 * was fed for a target. */
void dataset_feed(struct dataset *dataset, size_t sample, const double *value);
double dataset_fed(const struct dataset *dataset, size_t target, size_t row);

/* ---- what a forecast is measured by ----------------------------------------------------------- */

/* Are all the targets of a sample within the data, and none of them missing? In an input to predict
 * on, the last windows' lie after its end. */
bool dataset_known(const struct dataset *dataset, enum part part, size_t sample);

/* Is one of them missing where its row is there? Only in an input to predict on. */
bool dataset_lacks_target(const struct dataset *dataset, enum part part, size_t sample);

/* Are the samples forecasts, whose number targets lie after all their inputs? */
bool dataset_forecasts(const struct dataset *dataset);

/* Rows after which the targets' series repeats: data.season, the targets' difference where it is
 * above 1, or what the spacing of the time column suggests (24 for hours, 12 for months); 0 when
 * none of these tells. */
size_t dataset_season(const struct dataset *dataset);

/* The mean distance of a target to what it was `season` rows before, over the rows of the training
 * part; `target` counts as in batch_shape.targets. NAN where there are no such rows, and in an input
 * to predict on. */
double dataset_naive_error(const struct dataset *dataset, size_t target, size_t season);

/* The standard deviation (divided by n) of a target over the rows of the training part, in the
 * file's units; `target` and NAN as above. */
double dataset_deviation(const struct dataset *dataset, size_t target);

/* For forecasts: fill `value`, laid out as dataset_restore's, with what each target was `season`
 * rows before, or 2, 3, ... seasons, so many that it is known: with 1 its last known value. That
 * too where the series does not go back as far. */
void dataset_repeat(const struct dataset *dataset, enum part part, const struct batch *batch,
                    size_t season, double *value);

/* The outputs that dataset_restore would turn into these values of number targets. */
void dataset_encode(const struct dataset *dataset, enum part part, const struct batch *batch,
                    const double *value, real *output);

/* What stands before the prediction beside a row: id and time, as the file had them, with a ','
 * after each; "" when there are no such columns. */
void dataset_label(const struct dataset *dataset, size_t row, struct text *to);
void dataset_label_header(const struct dataset *dataset, struct text *to);

/* The id and the time of a row as the file had them, and what those columns are called; NULL without
 * such a column. */
const char *dataset_id(const struct dataset *dataset, size_t row);
const char *dataset_time(const struct dataset *dataset, size_t row);
const char *dataset_id_name(const struct dataset *dataset);
const char *dataset_time_name(const struct dataset *dataset);

/* Row that the inputs of a step come from; row that the h-th target row of a sample is (with a
 * target per step, that of step h), SIZE_MAX after the end of its series; where a row stands, for
 * generated data in what --write-data writes. */
size_t dataset_step_row(const struct dataset *dataset, enum part part, size_t sample, size_t step);
size_t dataset_target_row(const struct dataset *dataset, enum part part, size_t sample, size_t h);
struct place dataset_place(const struct dataset *dataset, size_t row);

/* Are the steps of a sample cells of one row, as in layout rows? */
bool dataset_has_row_steps(const struct dataset *dataset);

/* Names of what the model reads as a feature of a step, and of the numbers of a target ("y+2" with a
 * horizon), for a person. */
void dataset_feature_name(const struct dataset *dataset, size_t step, size_t feature,
                          struct text *to);
void dataset_target_name(const struct dataset *dataset, size_t step, size_t target,
                         struct text *to);

/* The columns that were to be kept: how many, their names, a row's texts. */
size_t dataset_kept(const struct dataset *dataset);
const char *dataset_kept_name(const struct dataset *dataset, size_t column);
const char *dataset_kept_text(const struct dataset *dataset, size_t column, size_t row);

/* What a loss can learn from: targets of least..most, as the model is given them. */
struct target_limits {
    const char *loss;
    double least, most;
};

/* Look at every value of every part, as --check does: ERROR_DATA with its place for a target beyond
 * the limits of the loss and for an input that a scale makes infinite. */
bool dataset_check_values(const struct dataset *dataset, const struct target_limits *limits,
                          struct error *err);

/* The lines of the start-up report: what the reader took the files for, and where each part comes
 * from, with counts per class. */
void dataset_report(const struct dataset *dataset, struct text *to);

/* Of these lines, those that a file to predict on calls for: what was done about missing values and
 * about what is not known, and warnings. Nothing when all is well. */
void dataset_notes(const struct dataset *dataset, struct text *to);

/* A checksum of all values, in the order read: a resumed run must see the same data. */
uint32_t dataset_checksum(const struct dataset *dataset);

/* The data that a config generates, as CSV with a header, put into `csv`, which is empty: what is
 * read as if it stood in a file. */
bool dataset_write_generated(const struct data_options *options, uint64_t seed, struct text *csv,
                             struct error *err);

#endif
