#include "data/dialect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/number.h"

enum { SAMPLE_RECORDS = 200 };

struct delimiter_name {
    char delimiter;
    const char *name;
};
static const struct delimiter_name delimiter_names[] = {
    {'\t', "tab"}, {';', "semicolon"}, {'|', "pipe"}, {',', "comma"}, {' ', "space"}, {'#', "hash"},
};
enum { NAMES = sizeof delimiter_names / sizeof *delimiter_names, CANDIDATES = 5 };

const char *dialect_name(char delimiter, char to[static 16]) {
    for (size_t i = 0; i < NAMES; i++)
        if (delimiter_names[i].delimiter == delimiter) return delimiter_names[i].name;
    (void)snprintf(to, 16, "'%c'", delimiter);
    return to;
}

static bool parse_delimiter(const char *text, char *delimiter, struct error *err) {
    for (size_t i = 0; i < NAMES; i++)
        if (strcmp(text, delimiter_names[i].name) == 0) {
            *delimiter = delimiter_names[i].delimiter;
            return true;
        }
    unsigned char c = (unsigned char)text[0];
    bool sign = c == '\t' || (c >= ' ' && c < 0x7f && c != '"' && c != '.' && c != '-' &&
                              c != '+' && !(c >= '0' && c <= '9'));
    if (c == '\0' || text[1] != '\0' || !sign)
        return error_set(err, ERROR_CONFIG,
                         "data.delimiter: expected one character or tab, comma, semicolon, pipe, "
                         "space or hash, got \"%s\" (YAML takes # for a comment unless it is "
                         "written \"#\")",
                         text);
    *delimiter = text[0];
    return true;
}

/* Walks over the records of the block that a reader holds, without reading from it. */
struct walk {
    const struct csv *csv;
    struct csv_rules rules;
    struct csv_record record;
    size_t at, count;
    bool *failed; /* set when there is no memory */
};

static struct walk walk_start(const struct csv *csv, char delimiter, bool *failed) {
    struct walk walk = {.csv = csv, .at = csv->start, .failed = failed};
    csv_set_rules(&walk.rules, delimiter);
    return walk;
}

/* False at the end, and at what the reader proper will complain about. */
static bool walk_next(struct walk *walk) {
    const struct csv *csv = walk->csv;
    size_t fault;
    if (walk->at == csv->end || walk->count == SAMPLE_RECORDS) return false;
    enum csv_scan result = csv_split(&walk->rules, csv->buffer + walk->at, csv->end - walk->at,
                                     csv->finished, &walk->record, &fault);
    if (result == CSV_NO_MEMORY) *walk->failed = true;
    if (result != CSV_SCANNED) return false;
    walk->at += walk->record.length;
    walk->count++;
    return true;
}

/* A header and a line below it are the least to judge by. */
static bool hold_two_lines(struct csv *csv, bool *failed, struct error *err) {
    for (bool more = true; more;) {
        struct walk walk = walk_start(csv, ',', failed);
        bool two = walk_next(&walk) && walk_next(&walk);
        free(walk.record.field);
        if (two) return true;
        if (!csv_look_further(csv, &more, err)) return false;
    }
    return true;
}

static bool is_empty(const struct csv_record *record) {
    return record->fields == 1 && record->field[0].length == 0;
}

/* The share of lines, in a thousand, that a delimiter splits into as many fields as the first. */
static size_t score(const struct csv *csv, char delimiter, bool *failed) {
    struct walk walk = walk_start(csv, delimiter, failed);
    size_t fields = 0, same = 0, lines = 0;
    while (walk_next(&walk)) {
        if (is_empty(&walk.record)) continue;
        if (lines++ == 0) fields = walk.record.fields;
        same += walk.record.fields == fields;
    }
    free(walk.record.field);
    return fields > 1 ? same * 1000 / lines : 0;
}

/* Candidates stand in the order of how seldom they are something else than a delimiter; blanks
 * are that so often that all lines must agree. */
static char find_delimiter(const struct csv *csv, bool *failed) {
    char best = ',';
    size_t most = 0;
    for (size_t i = 0; i < CANDIDATES; i++) {
        size_t share = score(csv, delimiter_names[i].delimiter, failed);
        if (delimiter_names[i].delimiter == ' ' && share < 1000) continue;
        if (share <= most) continue;
        most = share;
        best = delimiter_names[i].delimiter;
    }
    return best;
}

static void count_look(struct dialect_column *column, enum number_look look) {
    column->texts += look == LOOK_TEXT;
    column->numbers += look != LOOK_TEXT && look != LOOK_MISSING;
    column->points += look == LOOK_POINT;
    column->commas += look == LOOK_COMMA || look == LOOK_THOUSANDS;
    column->thousands += look == LOOK_THOUSANDS;
}

static void count_record(struct dialect *dialect, const struct csv_record *record) {
    for (size_t i = 0; i < record->fields && i < dialect->columns; i++)
        count_look(&dialect->column[i],
                   number_look(record->field[i].bytes, record->field[i].length));
}

bool dialect_is_number(const struct dialect_column *column) {
    return column->numbers > 0 && column->numbers >= column->texts;
}

/* Text in the first line over numbers below makes a header, and so does a file of texts alone. */
static bool looks_like_header(const struct dialect *dialect, const struct csv_record *first) {
    bool texts_only = true;
    for (size_t i = 0; i < first->fields; i++) {
        enum number_look look = number_look(first->field[i].bytes, first->field[i].length);
        if (look == LOOK_TEXT && dialect_is_number(&dialect->column[i])) return true;
        if (look != LOOK_TEXT && look != LOOK_MISSING) texts_only = false;
        if (dialect->column[i].numbers > 0) texts_only = false;
    }
    return texts_only;
}

static bool look_at_columns(struct dialect *dialect, const struct csv *csv, int forced,
                            bool *failed, struct error *err) {
    struct walk first = walk_start(csv, dialect->delimiter, failed);
    struct walk rest = walk_start(csv, dialect->delimiter, failed);
    bool any = walk_next(&first);
    dialect->columns = any ? first.record.fields : 0;
    dialect->column = memory_take(dialect->columns, sizeof *dialect->column, "columns", err);
    if (dialect->column != NULL && any) {
        (void)walk_next(&rest);
        while (walk_next(&rest)) count_record(dialect, &rest.record);
        bool found = looks_like_header(dialect, &first.record);
        dialect->header = forced == PARAM_UNSET ? found : forced != 0;
        dialect->against_evidence = dialect->header != found;
        if (!dialect->header) count_record(dialect, &first.record);
    }
    free(first.record.field);
    free(rest.record.field);
    return dialect->column != NULL;
}

static bool look(struct dialect *dialect, struct csv *csv, const struct data_options *options,
                 struct error *err) {
    bool failed = false;
    if (!hold_two_lines(csv, &failed, err)) return false;
    if (options->delimiter == NULL)
        dialect->delimiter = find_delimiter(csv, &failed);
    else if (!parse_delimiter(options->delimiter, &dialect->delimiter, err))
        return false;
    csv_set_rules(&csv->rules, dialect->delimiter);
    if (!look_at_columns(dialect, csv, options->header, &failed, err)) return false;
    return !failed || error_set(err, ERROR_SYSTEM, "out of memory (looking at the first lines)");
}

bool dialect_find(struct dialect *dialect, struct csv *csv, const struct data_options *options,
                  struct error *err) {
    *dialect = (struct dialect){0};
    if (look(dialect, csv, options, err)) return true;
    dialect_free(dialect);
    return false;
}

void dialect_free(struct dialect *dialect) {
    free(dialect->column);
    *dialect = (struct dialect){0};
}

bool dialect_decimal(const struct dialect *dialect, const struct data_options *options,
                     const char *file, const size_t *column, size_t count, char *point,
                     struct error *err) {
    *point = '.';
    if (options->decimal != PARAM_UNSET) {
        bool comma = options->decimal == DECIMAL_COMMA || options->decimal == DECIMAL_COMMA_SIGN;
        *point = comma ? ',' : '.';
        return true;
    }
    size_t points = 0, commas = 0, thousands = 0;
    for (size_t i = 0; i < count; i++) {
        const struct dialect_column *c = &dialect->column[column[i]];
        points += c->points;
        commas += c->commas;
        thousands += c->thousands;
    }
    if (commas == 0) return true;
    if (points > 0)
        return error_set(err, ERROR_DATA,
                         "%s: numbers with a decimal point and with a comma; set data.decimal to "
                         "point or comma",
                         file);
    if (thousands == commas)
        return error_set(err, ERROR_DATA,
                         "%s: cannot tell whether the comma in numbers like 1,234 stands before a "
                         "fraction; set data.decimal to point or comma",
                         file);
    *point = ',';
    return true;
}
