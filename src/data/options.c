#include "data/options.h"

#include <string.h>

#include "data/generate.h"

#define AT(field)        offsetof(struct data_options, field)
#define IN_COLUMN(field) offsetof(struct column_options, field)

static const char *const layouts[] = {"rows", "windows", "sequences", NULL};
static const char *const target_pers[] = {"sequence", "step", NULL};
static const char *const sequence_bys[] = {"blank_line", "file", NULL};
static const char *const splits[] = {"tail", "random", "stratified", "group", NULL};
static const char *const decimals[] = {"point", "comma", ".", ",", NULL};
static const char *const scales[] = {"none", "standard", "minmax", "robust", NULL};
static const char *const types[] = {"number", "category", NULL};

static const struct param column_params[] = {
    {.key = "type",
     .type = PARAM_CHOICE,
     .offset = IN_COLUMN(type),
     .preset = "~",
     .choices = types,
     .help = "what the column holds; unset, text makes a category and numbers a number"},
    {.key = "scale",
     .type = PARAM_CHOICE,
     .offset = IN_COLUMN(scale),
     .preset = "~",
     .choices = scales,
     .help = "as data.scale, for this column alone"},
    {.key = "log",
     .type = PARAM_BOOL,
     .offset = IN_COLUMN(log),
     .preset = "false",
     .help = "take the natural logarithm first; undone on output"},
    {.key = "difference",
     .type = PARAM_COUNT,
     .offset = IN_COLUMN(difference),
     .preset = "0",
     .least = 0,
     .most = 1e9,
     .help = "take the difference to the value so many rows before (0: none), after the logarithm "
             "and before the scale; undone on output"},
    {.key = NULL},
};

const struct param data_params[] = {
    {.key = "csv",
     .type = PARAM_TEXTS,
     .offset = AT(csv),
     .preset = "~",
     .help = "a CSV file or a list of them; a name in .gz is read as it is"},
    {.key = "generate",
     .type = PARAM_KIND,
     .offset = AT(generate),
     .preset = "~",
     .kinds = generate_kinds,
     .selector = "task",
     .help = "make the data instead of reading it: {task: linear, samples: 20}"},
    {.key = "header",
     .type = PARAM_BOOL,
     .offset = AT(header),
     .preset = "~",
     .help = "whether the first line names the columns; unset, found: there is a header where the "
             "first line has text and the lines below numbers, or all is text. Without one the "
             "columns are c0, c1, and so on"},
    {.key = "skip",
     .type = PARAM_COUNT,
     .offset = AT(skip),
     .preset = "0",
     .least = 0,
     .most = 1e9,
     .help = "lines to pass over before the header or the data"},
    {.key = "delimiter",
     .type = PARAM_TEXT,
     .offset = AT(delimiter),
     .preset = "~",
     .help = "one character or tab, comma, semicolon, pipe, space, hash; unset, found among the "
             "first five; space is any run of blanks"},
    {.key = "decimal",
     .type = PARAM_CHOICE,
     .offset = AT(decimal),
     .preset = "~",
     .choices = decimals,
     .help = "what stands before a fraction; unset, found"},
    {.key = "inputs",
     .type = PARAM_TEXTS,
     .offset = AT(inputs),
     .preset = "~",
     .help = "columns the model reads: names, first..last ranges or * patterns; unset, every "
             "column that is not ignored, id or time, the targets among them in windows only"},
    {.key = "targets",
     .type = PARAM_TEXTS,
     .offset = AT(targets),
     .preset = "~",
     .help = "columns to predict, named as inputs are; may be left out in windows over a single "
             "column"},
    {.key = "ignore",
     .type = PARAM_TEXTS,
     .offset = AT(ignore),
     .preset = "~",
     .help = "columns that are not inputs by default or by a pattern"},
    {.key = "columns",
     .type = PARAM_MAP,
     .offset = AT(columns),
     .preset = "~",
     .rows = column_params,
     .selector = "type",
     .size = sizeof(struct column_options),
     .help = "settings of single columns: {label: category, sales: {log: true, difference: 12}}"},
    {.key = "layout",
     .type = PARAM_CHOICE,
     .offset = AT(layout),
     .preset = "~",
     .choices = layouts,
     .help = "what a sample is: a row (columns time-major), a sliding window over rows, or the "
             "rows of one sequence; unset: windows with window, sequences with sequence_id or "
             "sequence_by, else rows"},
    {.key = "sequence_id",
     .type = PARAM_TEXT,
     .offset = AT(sequence_id),
     .preset = "~",
     .help = "column that tells sequences apart; the rows of one stand together, and no window "
             "crosses from one to the next"},
    {.key = "sequence_by",
     .type = PARAM_CHOICE,
     .offset = AT(sequence_by),
     .preset = "~",
     .choices = sequence_bys,
     .help = "what ends a sequence where no column tells: an empty line, or the end of a file"},
    {.key = "time",
     .type = PARAM_TEXT,
     .offset = AT(time),
     .preset = "~",
     .help = "column that is passed through to predictions"},
    {.key = "window",
     .type = PARAM_COUNT,
     .offset = AT(window),
     .preset = "~",
     .least = 1,
     .most = 1e9,
     .help = "rows of inputs in a sample"},
    {.key = "horizon",
     .type = PARAM_COUNT,
     .offset = AT(horizon),
     .preset = "1",
     .least = 1,
     .most = 1e6,
     .help = "rows of targets in a sample of windows"},
    {.key = "stride",
     .type = PARAM_COUNT,
     .offset = AT(stride),
     .preset = "1",
     .least = 1,
     .most = 1e9,
     .help = "rows from one window to the next; a prediction is made for every window"},
    {.key = "gap",
     .type = PARAM_REAL,
     .offset = AT(gap),
     .preset = "0",
     .least = -1,
     .most = 1e9,
     .help = "rows between a window and its targets; -1: the targets start in the window's last "
             "row, and are then no inputs by default"},
    {.key = "target_per",
     .type = PARAM_CHOICE,
     .offset = AT(target_per),
     .preset = "sequence",
     .choices = target_pers,
     .help = "a target for each sample (a sequence's last row), or for each step of it"},
    {.key = "scale",
     .type = PARAM_CHOICE,
     .offset = AT(scale),
     .preset = "none",
     .choices = scales,
     .help = "how number inputs and targets are scaled: to mean 0 and standard deviation 1, to "
             "0..1, or by median and interquartile range; fitted on the training part, undone on "
             "output"},
    {.key = "validation",
     .type = PARAM_PART,
     .offset = AT(validation),
     .preset = "~",
     .help = "a file, a fraction or a number of rows at the end, before the test part and before "
             "shuffling"},
    {.key = "test",
     .type = PARAM_PART,
     .offset = AT(test),
     .preset = "~",
     .help = "a file, a fraction or a number of rows at the end, never trained on"},
    {.key = "split",
     .type = PARAM_CHOICE,
     .offset = AT(split),
     .preset = "tail",
     .choices = splits,
     .help = "which samples make the validation and test parts: the last ones, some drawn at "
             "random, the same share of each class, or whole groups (the ids of sequence_id, else "
             "the files); drawn by the seed"},
    {.key = "split_gap",
     .type = PARAM_COUNT,
     .offset = AT(split_gap),
     .preset = "0",
     .least = 0,
     .most = 1e9,
     .help = "rows left out at the end of a part that is followed by another, with split tail"},
    {.key = "cross_validation",
     .type = PARAM_COUNT,
     .offset = AT(cross_validation),
     .preset = "~",
     .least = 2,
     .most = 1000,
     .help = "train that many times, each time validating on another fold of what is not the test "
             "part, and report mean and standard deviation; then train as if the key were not "
             "there"},
    {.key = NULL},
};

const struct column_options *data_column(const struct data_options *options, const char *name) {
    const struct column_options *settings = options->columns.settings;
    for (size_t i = 0; i < options->columns.count; i++)
        if (strcmp(options->columns.name[i], name) == 0) return &settings[i];
    return NULL;
}
