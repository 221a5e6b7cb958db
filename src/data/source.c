#include "data/source.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static char *find_stem(const char *name, struct error *err) {
    const char *slash = strrchr(name, '/');
    char *stem = memory_text(slash != NULL ? slash + 1 : name, err);
    if (stem == NULL) return NULL;
    size_t length = strlen(stem);
    if (length > 3 && strcmp(stem + length - 3, ".gz") == 0) stem[length - 3] = '\0';
    char *dot = strrchr(stem, '.');
    if (dot != NULL && dot != stem) *dot = '\0';
    return stem;
}

bool source_name(struct source *source, struct error *err) {
    source->stem = find_stem(input_name(source->csv.input), err);
    return source->stem != NULL;
}

static bool read_header(struct source *source, struct error *err) {
    const struct dialect *dialect = &source->dialect;
    bool more = true;
    /* A first line that cannot be split is the reader's to complain about. */
    if ((dialect->header || dialect->columns == 0) && !csv_next(&source->csv, &more, err))
        return false;
    if (!more) return error_set(err, ERROR_DATA, "%s: no data rows", input_name(source->csv.input));
    return heading_read(&source->heading, &source->csv, dialect, err);
}

/* From the opened reader, signs and hints on. */
static bool start(struct source *source, const struct data_options *options, struct error *err) {
    source->csv.may_be_empty = options->sequence_by == BY_BLANK_LINE;
    if (source_name(source, err) &&
        dialect_find(&source->dialect, &source->csv, &source->hints, err) &&
        read_header(source, err))
        return true;
    source_close(source);
    return false;
}

bool source_open(struct source *source, const char *path, const struct data_options *options,
                 const struct schema *known, struct error *err) {
    *source = (struct source){.rows = SIZE_MAX};
    if (!signs_read(&source->signs, options, err) ||
        !csv_open(&source->csv, path, &source->signs.csv, err))
        return false;
    source->hints = (struct dialect_hints){&source->signs, options->header, known};
    return start(source, options, err);
}

static bool open_bytes(struct source *source, const char *name, const char *bytes, size_t length,
                       size_t line, const struct data_options *options, struct error *err) {
    *source = (struct source){.signs = {.delimiter = ',',
                                        .decimal = '.',
                                        .thousands = CSV_NO_SIGN,
                                        .csv = {.quote = '"', .comment = CSV_NO_SIGN}},
                              .hints = {&source->signs, 1, NULL},
                              .rows = SIZE_MAX};
    struct input *input = input_open_bytes(name, bytes, length, err);
    if (!csv_start(&source->csv, input, &source->signs.csv, err)) return false;
    source->csv.line = line;
    return start(source, options, err);
}

bool source_open_bytes(struct source *source, const char *name, const char *bytes, size_t length,
                       const struct data_options *options, struct error *err) {
    return open_bytes(source, name, bytes, length, 1, options, err);
}

bool source_open_lines(struct source *source, const char *name, const char *bytes, size_t length,
                       const struct data_options *options, struct error *err) {
    return open_bytes(source, name, bytes, length, 0, options, err);
}

void source_close(struct source *source) {
    heading_free(&source->heading);
    dialect_free(&source->dialect);
    csv_close(&source->csv);
    free(source->stem);
    free(source->header);
    *source = (struct source){0};
}
