#include "data/dialect.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/dictionary.h"
#include "data/heading.h"

enum { SAMPLE_RECORDS = 200 };

/* In the order of how seldom they are something else than a delimiter. */
static const char candidates[] = {'\t', ';', '|', ',', ' '};

/* Walks over the records of the block that a reader holds, without reading from it. */
struct walk {
    const struct csv *csv;
    struct csv_rules rules;
    struct csv_record record;
    size_t at, count;
    bool fault;   /* it ended at something that cannot be split */
    bool *failed; /* set when there is no memory */
};

static struct walk walk_start(const struct csv *csv, char delimiter, bool *failed) {
    struct walk walk = {.csv = csv, .at = csv->start, .failed = failed};
    csv_set_rules(&walk.rules, delimiter, csv->options.quote, csv->options.comment);
    return walk;
}

/* False at the end, and at what the reader proper will complain about. Passes over comments, and
 * over empty lines at the start. */
static bool walk_next(struct walk *walk) {
    const struct csv *csv = walk->csv;
    do {
        size_t fault;
        if (walk->at == csv->end || walk->count == SAMPLE_RECORDS) return false;
        enum csv_scan result = csv_split(&walk->rules, csv->buffer + walk->at, csv->end - walk->at,
                                         csv->finished, &walk->record, &fault);
        if (result == CSV_NO_MEMORY) *walk->failed = true;
        walk->fault = result != CSV_SCANNED && result != CSV_PARTIAL;
        if (result != CSV_SCANNED) return false;
        walk->at += walk->record.length;
    } while (walk->record.fields == 0 || (walk->count == 0 && csv_is_empty(&walk->record)));
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

/* The share of lines, in a thousand, that a delimiter splits into as many fields as the first. */
static size_t score(const struct csv *csv, char delimiter, bool *failed) {
    struct walk walk = walk_start(csv, delimiter, failed);
    size_t fields = 0, same = 0, lines = 0;
    while (walk_next(&walk)) {
        if (csv_is_empty(&walk.record)) continue;
        if (lines++ == 0) fields = walk.record.fields;
        same += walk.record.fields == fields;
    }
    lines += walk.fault;
    free(walk.record.field);
    return fields > 1 ? same * 1000 / lines : 0;
}

/* Blanks are so often something else than a delimiter that all lines must agree. */
static void find_delimiter(struct dialect *dialect, const struct csv *csv, bool *failed) {
    size_t most = 0;
    dialect->delimiter = ',';
    for (size_t i = 0; i < sizeof candidates; i++) {
        size_t share = score(csv, candidates[i], failed);
        if (candidates[i] == ' ' && share < 1000) continue;
        if (share == most && share == 1000 && candidates[i] != ' ') dialect->rival = candidates[i];
        if (share <= most) continue;
        most = share;
        dialect->delimiter = candidates[i];
    }
}

/* A file that is read after another has its delimiter, unless that parts nothing. */
static void choose_delimiter(struct dialect *dialect, const struct csv *csv,
                             const struct dialect_hints *hints, bool *failed) {
    char known = hints->known != NULL ? hints->known->dialect.delimiter : '\0';
    if (hints->signs->delimiter != '\0')
        dialect->delimiter = hints->signs->delimiter;
    else if (known != '\0' && score(csv, known, failed) > 0)
        dialect->delimiter = known;
    else
        find_delimiter(dialect, csv, failed);
}

/* Numbers whose thousands are set apart by a sign that only the config can tell. */
static enum number_look look_at(const struct csv_field *field, const struct signs *signs) {
    enum number_look look = number_look(field->bytes, field->length);
    float ignored;
    bool told = signs->thousands != '\0' && signs->thousands != CSV_NO_SIGN;
    if (look != LOOK_TEXT || !told) return look;
    for (const char *point = ".,"; *point != '\0'; point++)
        if (number_read_grouped(field->bytes, field->length, *point, signs->thousands, &ignored) !=
            NUMBER_TEXT)
            return *point == '.' ? LOOK_WHOLE : LOOK_COMMA;
    return LOOK_TEXT;
}

static void count_record(struct dialect *dialect, const struct csv_record *record,
                         const struct signs *signs) {
    for (size_t i = 0; i < record->fields && i < dialect->columns; i++) {
        enum number_look look = look_at(&record->field[i], signs);
        struct dialect_column *column = &dialect->column[i];
        column->look[look]++;
        column->texts += look == LOOK_TEXT;
        column->numbers += look != LOOK_TEXT && look != LOOK_MISSING;
    }
}

bool dialect_is_number(const struct dialect_column *column) {
    return column->numbers > 0 && column->numbers >= column->texts;
}

/* Text in the first line over numbers below makes a header, and so, in doubt, does a file of texts
 * alone. */
static bool looks_like_header(struct dialect *dialect, const struct csv_record *first) {
    bool texts_only = true;
    for (size_t i = 0; i < first->fields; i++) {
        enum number_look look = number_look(first->field[i].bytes, first->field[i].length);
        if (look == LOOK_TEXT && dialect_is_number(&dialect->column[i])) return true;
        if (look != LOOK_TEXT && look != LOOK_MISSING) texts_only = false;
        if (dialect->column[i].numbers > 0) texts_only = false;
    }
    dialect->header_in_doubt = texts_only;
    return texts_only;
}

/* Does the first line name all inputs of the file that was read first? Names made up for a file
 * without any would prove nothing, and no more do pseudo-columns. */
static bool names_inputs(const struct dictionary *names, const struct schema *known) {
    size_t named = 0;
    for (size_t i = 0; i < known->inputs; i++) {
        const char *name = known->column[known->input[i]].name;
        if (strcmp(name, HEADING_FILE) == 0 || strcmp(name, HEADING_ROW) == 0) continue;
        if (dictionary_find(names, name, strlen(name)) == names->count) return false;
        named++;
    }
    return named > 0;
}

static bool look_for_names(const struct csv_record *first, const struct schema *known,
                           bool *failed) {
    struct dictionary names = {0};
    struct error ignored;
    size_t number;
    for (size_t i = 0; i < first->fields && !*failed; i++)
        *failed = !dictionary_add(&names, first->field[i].bytes, first->field[i].length, &number,
                                  &ignored);
    bool found = !*failed && names_inputs(&names, known);
    dictionary_free(&names);
    return found;
}

static bool find_header(struct dialect *dialect, const struct csv_record *first,
                        const struct dialect_hints *hints, bool *failed) {
    const struct schema *known = hints->known;
    if (known == NULL || known->dialect.delimiter == '\0') return looks_like_header(dialect, first);
    if (look_for_names(first, known, failed)) return true;
    return known->dialect.header && looks_like_header(dialect, first);
}

static bool look_at_columns(struct dialect *dialect, const struct csv *csv,
                            const struct dialect_hints *hints, bool *failed, struct error *err) {
    struct walk first = walk_start(csv, dialect->delimiter, failed);
    struct walk rest = walk_start(csv, dialect->delimiter, failed);
    bool any = walk_next(&first);
    dialect->columns = any ? first.record.fields : 0;
    dialect->column = memory_take(dialect->columns, sizeof *dialect->column, "columns", err);
    if (dialect->column != NULL && any) {
        (void)walk_next(&rest);
        while (walk_next(&rest)) count_record(dialect, &rest.record, hints->signs);
        bool found = find_header(dialect, &first.record, hints, failed);
        dialect->header = hints->header == PARAM_UNSET ? found : hints->header != 0;
        dialect->against_evidence = dialect->header != found && !dialect->header_in_doubt;
        dialect->header_in_doubt &= hints->header == PARAM_UNSET;
        if (!dialect->header) count_record(dialect, &first.record, hints->signs);
    }
    free(first.record.field);
    free(rest.record.field);
    return dialect->column != NULL;
}

static bool look(struct dialect *dialect, struct csv *csv, const struct dialect_hints *hints,
                 struct error *err) {
    bool failed = false;
    if (!hold_two_lines(csv, &failed, err)) return false;
    choose_delimiter(dialect, csv, hints, &failed);
    csv_set_rules(&csv->rules, dialect->delimiter, csv->options.quote, csv->options.comment);
    if (!look_at_columns(dialect, csv, hints, &failed, err)) return false;
    return !failed || error_set(err, ERROR_SYSTEM, "out of memory (looking at the first lines)");
}

bool dialect_find(struct dialect *dialect, struct csv *csv, const struct dialect_hints *hints,
                  struct error *err) {
    *dialect = (struct dialect){0};
    if (look(dialect, csv, hints, err)) return true;
    dialect_free(dialect);
    return false;
}

void dialect_free(struct dialect *dialect) {
    free(dialect->column);
    *dialect = (struct dialect){0};
}
