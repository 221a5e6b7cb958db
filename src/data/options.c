#include "data/options.h"

#include "data/generate.h"

#define AT(field) offsetof(struct data_options, field)

static const char *const layouts[] = {"rows", "windows", "sequences", NULL};
static const char *const target_pers[] = {"sequence", "step", NULL};
static const char *const sequence_bys[] = {"blank_line", "file", NULL};
static const char *const splits[] = {"tail", "random", "stratified", "group", NULL};
static const char *const decimals[] = {"point", "comma", ".", ",", NULL};
static const char *const encodings[] = {"utf-8", "latin-1", NULL};
static const char *const units[] = {"char", "word", NULL}; /* ORDER text_unit */
const struct param data_params[] = {
    {.key = "csv",
     .type = PARAM_TEXTS,
     .offset = AT(csv),
     .preset = "~",
     .help =
         "a CSV file, a pattern such as data/*.csv (its files in the order of their names) or a "
         "list of them; a name in .gz is read as it is, - is standard input"},
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
    {.key = "rows",
     .type = PARAM_COUNT,
     .offset = AT(rows),
     .preset = "~",
     .least = 1,
     .most = 1e12,
     .help = "rows to read of each file, those that a missing value leaves out included; unset, "
             "all. A file to predict or to evaluate on is read to its end"},
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
    {.key = "thousands",
     .type = PARAM_TEXT,
     .offset = AT(thousands),
     .preset = "~",
     .help = "what sets the thousands of a number apart: one character or comma, point, space, "
             "none; unset, commas and points are found, where there is no doubt"},
    {.key = "quote",
     .type = PARAM_TEXT,
     .offset = AT(quote),
     .preset = "~",
     .help = "what stands around a field that holds the delimiter or a line end, twice for itself "
             "within: one character, or none where quotes mean nothing; unset, \""},
    {.key = "comment",
     .type = PARAM_TEXT,
     .offset = AT(comment),
     .preset = "~",
     .help = "lines that begin with it are passed over: one character, hash or none; unset, none"},
    {.key = "encoding",
     .type = PARAM_CHOICE,
     .offset = AT(encoding),
     .preset = "utf-8",
     .choices = encodings,
     .help = "of the bytes; latin-1 (ISO 8859-1) is converted to UTF-8"},
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
    {.key = "season",
     .type = PARAM_COUNT,
     .offset = AT(season),
     .preset = "~",
     .least = 1,
     .most = 1e9,
     .help = "rows after which the series repeats, for the seasonal forecast that results stand "
             "beside; 1: it does not; unset: the targets' difference, or found from the spacing "
             "of the time column (24 for hours, 7 for days, 12 for months)"},
    {.key = "future",
     .type = PARAM_TEXTS,
     .offset = AT(future),
     .preset = "~",
     .help = "inputs that are known ahead, named as inputs are: each step of a window also has "
             "their values gap + horizon rows later, the last steps those of the target rows"},
    {.key = "target_per",
     .type = PARAM_CHOICE,
     .offset = AT(target_per),
     .preset = "sequence",
     .choices = target_pers,
     .help = "a target for each sample (a sequence's last row), or for each step of it"},
    {.key = "target_steps",
     .type = PARAM_COUNT,
     .offset = AT(target_steps),
     .preset = "all",
     .word = "all",
     .least = 1,
     .most = 1048576,
     .help = "with target_per: step, how many rows of a sample have a target, its last ones: for a "
             "model that reads all and then writes as many steps (repeat_vector)"},
    {.key = "scale",
     .type = PARAM_CHOICE,
     .offset = AT(scale),
     .preset = "none",
     .choices = column_scales,
     .help = "how number inputs and targets are scaled: to mean 0 and standard deviation 1, to "
             "0..1, or by median and interquartile range; fitted on the training part, undone on "
             "output"},
    {.key = "missing",
     .type = PARAM_TEXT,
     .offset = AT(missing),
     .preset = "error",
     .help =
         "what a missing value becomes: error; drop (its row is left out, and no window crosses "
         "the hole); forward (the value before); interpolate (on the line between the values "
         "on either side, which looks ahead); mean (the training part's); or a number. Nothing "
         "looks over the boundary of a part or series; where forward finds nothing there, it "
         "takes the mean. In layout rows the values before and on either side are those of "
         "the same feature in other steps of the row. A category becomes all zeros, or the value "
         "before with forward"},
    {.key = "missing_values",
     .type = PARAM_TEXTS,
     .offset = AT(missing_values),
     .preset = "~",
     .help =
         "texts and numbers that mean missing, besides an empty field, NA, NaN, nan, null, None "
         "and ?"},
    {.key = "missing_indicator",
     .type = PARAM_BOOL,
     .offset = AT(missing_indicator),
     .preset = "false",
     .help =
         "give each input column another feature, 1 where its value is missing and 0 elsewhere"},
    {.key = "unknown",
     .type = PARAM_CHOICE,
     .offset = AT(unknown),
     .preset = "error",
     .choices = column_unknowns,
     .help =
         "what a category that the training part does not have is, in the other parts and at "
         "prediction: an error, or all zeros (with encode: index, embed and in texts the number "
         "1)"},
    {.key = "reverse_input",
     .type = PARAM_BOOL,
     .offset = AT(reverse_input),
     .preset = "false",
     .help = "texts are read from their end, which brings an encoder's last steps close to the "
             "decoder's first ones"},
    {.key = "shared_vocabulary",
     .type = PARAM_BOOL,
     .offset = AT(shared_vocabulary),
     .preset = "false",
     .help = "with a text for a target: one vocabulary for input and target"},
    {.key = "validation",
     .type = PARAM_PART,
     .offset = AT(validation),
     .preset = "~",
     .help = "a file, a fraction or a number of rows at the end, before the test part and before "
             "shuffling, or {from: DATE} on the time column"},
    {.key = "test",
     .type = PARAM_PART,
     .offset = AT(test),
     .preset = "~",
     .help = "a file, a fraction or a number of rows at the end, or {from: DATE} on the time "
             "column; never trained on"},
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
    {.key = "text",
     .type = PARAM_TEXT,
     .offset = AT(text),
     .preset = "~",
     .help = "instead of CSV: a UTF-8 text for a language model, which learns to predict each "
             "symbol from "
             "those before it; a name in .gz is read as it is. Its column text gives ids for an "
             "embedding, its target next has a class for each symbol of the training part and one "
             "for all others. train.bptt cuts it into chunks"},
    {.key = "pairs",
     .type = PARAM_TEXTS,
     .offset = AT(pairs),
     .preset = "~",
     .help = "instead of CSV: two UTF-8 text files, [source, target], line by line what an encoder "
             "reads and what a decoder is to write; a name in .gz is read as it is. They are the "
             "columns source and target, of data.unit; a pair with an empty line is left out. "
             "validation and test may be two files likewise; with split: group equal sources stay "
             "together"},
    {.key = "unit",
     .type = PARAM_CHOICE,
     .offset = AT(unit),
     .preset = "~",
     .choices = units,
     .help = "symbols of data.text and data.pairs: characters, or words, signs and (of data.text) "
             "line ends; unset, char"},
    {.key = "min_count",
     .type = PARAM_COUNT,
     .offset = AT(min_count),
     .preset = "~",
     .least = 1,
     .most = 1e9,
     .help = "times that the training part must have a symbol of data.text or data.pairs for the "
             "model to know it; unset, 1"},
    {.key = NULL},
};
