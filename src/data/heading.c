#include "data/heading.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { NAMES_SHOWN = 24, PSEUDO = 2 };

static char *numbered(const char *name, const char *between, size_t number, struct error *err) {
    struct text text = {0};
    text_format(&text, "%s%s%zu", name, between, number);
    return text_take(&text, err);
}

static bool check_name(const struct csv *csv, size_t field, struct error *err) {
    const struct csv_field *f = &csv->record.field[field];
    size_t fault = text_utf8_fault(f->bytes, f->length);
    if (fault == f->length) return true;
    return error_at(err, ERROR_DATA, csv_byte_place(csv, field, fault),
                    "byte 0x%02x in a column's name is not UTF-8; write data.encoding: latin-1 if "
                    "that is what it is, or convert the file",
                    (unsigned char)f->bytes[fault]);
}

static bool read_names(struct heading *heading, const struct csv *csv,
                       const struct dialect *dialect, struct csv_copy *copy, struct error *err) {
    for (size_t i = 0; i < heading->fields; i++) {
        const struct csv_field *field = dialect->header ? &csv->record.field[i] : NULL;
        bool named = field != NULL && field->length > 0;
        if (named && !check_name(csv, i, err)) return false;
        const char *text = named ? csv_copy_field(field, copy, err) : NULL;
        if (named && text == NULL) return false;
        heading->name[i] = named ? memory_text(text, err) : numbered("c", "", i, err);
        if (heading->name[i] == NULL) return false;
        const struct dialect_column *column = &dialect->column[i];
        heading->blank[i] = !named && column->numbers + column->texts == 0;
    }
    return true;
}

/* ---- shared names ---------------------------------------------------------------------------- */

struct sharing {
    struct dictionary seen; /* names as they are written */
    size_t *count;          /* [seen] columns that have the name */
    size_t *given;          /* [seen] numbers given to them so far */
};

static bool count_names(struct sharing *sharing, struct heading *heading, struct error *err) {
    sharing->count = memory_take(heading->fields, sizeof *sharing->count, "column names", err);
    sharing->given = memory_take(heading->fields, sizeof *sharing->given, "column names", err);
    if (sharing->count == NULL || sharing->given == NULL) return false;
    for (size_t i = 0; i < heading->fields; i++) {
        const char *name = heading->name[i];
        size_t number;
        if (!dictionary_add(&sharing->seen, name, strlen(name), &number, err)) return false;
        heading->shared += sharing->count[number]++ > 0;
    }
    return true;
}

/* Numbers that make a name which the file has already are left out. */
static bool tell_apart(struct sharing *sharing, struct heading *heading, size_t column, size_t name,
                       struct error *err) {
    heading->written[column] = heading->name[column];
    for (;;) {
        char *text = numbered(heading->written[column], "_", ++sharing->given[name], err);
        heading->name[column] = text;
        if (text == NULL) return false;
        if (dictionary_find(&sharing->seen, text, strlen(text)) == sharing->seen.count) return true;
        free(text);
    }
}

static bool tell_all_apart(struct sharing *sharing, struct heading *heading, struct error *err) {
    if (!count_names(sharing, heading, err)) return false;
    for (size_t i = 0; i < heading->fields && heading->shared > 0; i++) {
        const char *name = heading->name[i];
        size_t number = dictionary_find(&sharing->seen, name, strlen(name));
        if (sharing->count[number] > 1 && !tell_apart(sharing, heading, i, number, err))
            return false;
    }
    return true;
}

static bool part_names(struct heading *heading, struct error *err) {
    struct sharing sharing = {0};
    bool ok = tell_all_apart(&sharing, heading, err);
    dictionary_free(&sharing.seen);
    free(sharing.count);
    free(sharing.given);
    return ok;
}

/* ---- the heading ----------------------------------------------------------------------------- */

static size_t find_name(const struct heading *heading, const char *name) {
    size_t number = dictionary_find(&heading->index, name, strlen(name));
    return number < heading->index.count ? number : SIZE_MAX;
}

static bool add_to_index(struct heading *heading, const char *name, struct error *err) {
    size_t number;
    return dictionary_add(&heading->index, name, strlen(name), &number, err);
}

/* A column of the file's own wins. */
static bool add_pseudo(struct heading *heading, const char *name, struct error *err) {
    if (find_name(heading, name) != SIZE_MAX) return true;
    heading->blank[heading->columns] = true;
    heading->name[heading->columns] = memory_text(name, err);
    return heading->name[heading->columns++] != NULL && add_to_index(heading, name, err);
}

/* The names are distinct by now, so that their numbers in the index are those of their columns. */
static bool make_index(struct heading *heading, struct error *err) {
    for (size_t i = 0; i < heading->fields; i++)
        if (!add_to_index(heading, heading->name[i], err)) return false;
    return add_pseudo(heading, HEADING_FILE, err) && add_pseudo(heading, HEADING_ROW, err);
}

bool heading_read(struct heading *heading, const struct csv *csv, const struct dialect *dialect,
                  struct error *err) {
    struct csv_copy copy = {0};
    size_t fields = dialect->columns;
    *heading = (struct heading){
        .file = input_name(csv->input), .numbered = !dialect->header, .fields = fields};
    heading->columns = fields;
    heading->name = memory_take(fields + PSEUDO, sizeof *heading->name, "column names", err);
    heading->written = memory_take(fields, sizeof *heading->written, "column names", err);
    heading->blank = memory_take(fields + PSEUDO, sizeof *heading->blank, "column names", err);
    bool ok = heading->name != NULL && heading->written != NULL && heading->blank != NULL &&
              read_names(heading, csv, dialect, &copy, err) && part_names(heading, err) &&
              make_index(heading, err);
    free(copy.bytes);
    if (!ok) heading_free(heading);
    return ok;
}

void heading_free(struct heading *heading) {
    for (size_t i = 0; heading->name != NULL && i < heading->columns; i++) free(heading->name[i]);
    for (size_t i = 0; heading->written != NULL && i < heading->fields; i++)
        free(heading->written[i]);
    free(heading->name);
    free(heading->written);
    free(heading->blank);
    dictionary_free(&heading->index);
    *heading = (struct heading){0};
}

size_t heading_find(const struct heading *heading, const char *name, size_t *twice) {
    size_t found = find_name(heading, name);
    *twice = SIZE_MAX;
    if (found != SIZE_MAX || heading->shared == 0) return found;
    for (size_t i = 0; i < heading->fields && *twice == SIZE_MAX; i++) {
        if (heading->written[i] == NULL || strcmp(heading->written[i], name) != 0) continue;
        if (found == SIZE_MAX)
            found = i;
        else
            *twice = i;
    }
    return found;
}

bool heading_lacks(const struct heading *heading, const char *name, struct error *err) {
    struct text have = {0};
    for (size_t i = 0; i < heading->fields && i < NAMES_SHOWN; i++)
        text_format(&have, "%s%s", i > 0 ? ", " : "", heading->name[i]);
    if (heading->fields > NAMES_SHOWN) text_format(&have, ", ... (%zu in all)", heading->fields);
    const char *near = text_nearest(name, (const char *const *)heading->name, heading->fields);
    if (near != NULL) text_format(&have, "; did you mean \"%s\"?", near);
    if (heading->fields > 0 && heading->name[0][0] == '#') text_add(&have, HEADING_COMMENT);
    if (heading->numbered)
        text_add(&have,
                 "; its first line was taken for data (data.header: true makes it the header)");
    if (!have.failed)
        (void)error_set(err, ERROR_DATA, "%s: no column \"%s\"; have: %s", heading->file, name,
                        have.bytes);
    else
        (void)error_set(err, ERROR_DATA, "%s: no column \"%s\"", heading->file, name);
    text_free(&have);
    return false;
}

bool heading_column(const struct heading *heading, const char *name, size_t *column,
                    struct error *err) {
    size_t twice;
    *column = heading_find(heading, name, &twice);
    if (*column == SIZE_MAX) return heading_lacks(heading, name, err);
    if (twice == SIZE_MAX) return true;
    return error_set(err, ERROR_DATA,
                     "%s: duplicate column \"%s\" (fields %zu and %zu); they are called \"%s\" "
                     "and \"%s\" here",
                     heading->file, name, *column + 1, twice + 1, heading->name[*column],
                     heading->name[twice]);
}
