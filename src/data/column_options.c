/* The keys of data.columns.NAME. */
#include <string.h>

#include "data/options.h"

#define IN_COLUMN(field) offsetof(struct column_options, field)

const char *const column_scales[] = {"none", "standard", "minmax", "robust", NULL};
const char *const column_unknowns[] = {"error", "ignore", NULL};
static const char *const types[] = {"number", "category", "time", "text", NULL};
static const char *const units[] = {"char", "word", NULL};
static const char *const encodings[] = {"one_hot", "index", NULL};

const struct param column_params[] = {
    {.key = "type",
     .type = PARAM_CHOICE,
     .offset = IN_COLUMN(type),
     .preset = "~",
     .choices = types,
     .help =
         "what the column holds; unset, a category where most of the first values are text, else a "
         "number. A "
         "time is an input by its features. A text is one sample of layout rows, its characters "
         "or words are the steps, ids for an embedding layer: 1 is unknown, 2 the most frequent "
         "one, and so on (0 is never given: it is what others pad with)"},
    {.key = "scale",
     .type = PARAM_CHOICE,
     .offset = IN_COLUMN(scale),
     .preset = "~",
     .choices = column_scales,
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
    {.key = "missing",
     .type = PARAM_TEXT,
     .offset = IN_COLUMN(missing),
     .preset = "~",
     .help = "as data.missing, for this column alone"},
    {.key = "missing_values",
     .type = PARAM_TEXTS,
     .offset = IN_COLUMN(missing_values),
     .preset = "~",
     .help =
         "texts and numbers that mean missing in this column, besides those of "
         "data.missing_values; the word empty among them: in a column of categories NA, null, ? "
         "and so on are categories like others"},
    {.key = "missing_indicator",
     .type = PARAM_BOOL,
     .offset = IN_COLUMN(missing_indicator),
     .preset = "~",
     .help = "as data.missing_indicator, for this column alone"},
    {.key = "unknown",
     .type = PARAM_CHOICE,
     .offset = IN_COLUMN(unknown),
     .preset = "~",
     .choices = column_unknowns,
     .help =
         "as data.unknown, for this column alone; what a text has that is not known is an error "
         "only when this says so"},
    {.key = "encode",
     .type = PARAM_CHOICE,
     .offset = IN_COLUMN(encode),
     .preset = "~",
     .choices = encodings,
     .help = "how a category becomes numbers: one_hot (the default), a feature for each category; "
             "or index, one number for an embedding layer: 1 is unknown or missing, the categories "
             "count from 2 (0 is never given: it is what others pad with)"},
    {.key = "embed",
     .type = PARAM_COUNT,
     .offset = IN_COLUMN(embed),
     .preset = "0",
     .least = 0,
     .most = 65536,
     .help = "size of a learned vector that stands for a category, beside the other inputs as they "
             "are (0: none, one_hot); its weights are the tensor NAME/embeddings"},
    {.key = "unit",
     .type = PARAM_CHOICE,
     .offset = IN_COLUMN(unit),
     .preset = "~",
     .choices = units,
     .help =
         "what a text is a sequence of: char, its characters, or word: runs of letters, digits "
         "and apostrophes, and each other sign by itself, blanks left out; unset, char, or with "
         "data.pairs as data.unit"},
    {.key = "max_length",
     .type = PARAM_COUNT,
     .offset = IN_COLUMN(max_length),
     .preset = "~",
     .least = 1,
     .most = 1e9,
     .help = "characters or words of a text that are read; unset, all"},
    {.key = "min_count",
     .type = PARAM_COUNT,
     .offset = IN_COLUMN(min_count),
     .preset = "~",
     .least = 1,
     .most = 1e9,
     .help = "how often a character or word must be in the training part's texts, or a category in "
             "its rows, to be known; of categories those met less often are then like unknown "
             "ones; unset, 1, or with data.pairs as data.min_count"},
    {.key = "features",
     .type = PARAM_TEXTS,
     .offset = IN_COLUMN(features),
     .preset = "~",
     .help = "what the model sees of a time, each as the sine and cosine of its place in a cycle: "
             "minute (in the hour), hour (the time of day), weekday, day (of the month), yearday, "
             "month"},
    {.key = "format",
     .type = PARAM_TEXT,
     .offset = IN_COLUMN(format),
     .preset = "~",
     .help =
         "how times are written, as strptime: \"%d/%m/%Y %H:%M\" (%Y %y %m %d %b %H %I %M %S %p "
         "%z %s); a time of day may follow a date without one. Unset, found: ISO 8601, "
         "01/31/2016, 31/01/2016, 31.01.2016, 31 Jan 2016"},
    {.key = NULL},
};

const struct column_options *data_column(const struct data_options *options, const char *name) {
    const struct column_options *settings = options->columns.settings;
    for (size_t i = 0; i < options->columns.count; i++)
        if (strcmp(options->columns.name[i], name) == 0) return &settings[i];
    return NULL;
}

bool data_excludes(const struct data_given *other, size_t count, const char *key,
                   struct error *err) {
    for (size_t i = 0; i < count; i++)
        if (other[i].given)
            return error_set(err, ERROR_CONFIG, "data.%s and data.%s exclude each other",
                             other[i].key, key);
    return true;
}
