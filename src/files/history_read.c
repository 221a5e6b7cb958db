#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"
#include "files/history.h"
#include "files/whole.h"

struct reader {
    struct history_table *table;
    const char *path;
    char *next; /* the rest of the file */
    size_t line;
    size_t capacity; /* of table->value, in numbers */
    struct error *err;
};

/* The next line, its end cut off, or NULL at the end of the file. */
static char *take_line(struct reader *r) {
    char *line = r->next;
    if (*line == '\0') return NULL;
    size_t length = strcspn(line, "\n");
    r->next += line[length] == '\n' ? length + 1 : length;
    line[length] = '\0';
    if (length > 0 && line[length - 1] == '\r') line[length - 1] = '\0';
    r->line++;
    return line;
}

/* The next field of a line, its end cut off; *rest is NULL after the last. */
static char *take_field(char **rest) {
    char *field = *rest, *comma = strchr(field, ',');
    if (comma != NULL) *comma = '\0';
    *rest = comma != NULL ? comma + 1 : NULL;
    return field;
}

static struct place here(const struct reader *r) {
    return (struct place){r->path, r->line, 0};
}

static bool read_header(struct reader *r) {
    char *line = take_line(r);
    if (line == NULL) return error_set(r->err, ERROR_DATA, "%s: empty file", r->path);
    size_t count = 1;
    for (const char *c = line; *c != '\0'; c++) count += *c == ',' ? 1 : 0;
    r->table->column = memory_take(count, sizeof *r->table->column, "columns", r->err);
    if (r->table->column == NULL) return false;
    while (line != NULL) {
        char *name = take_field(&line);
        double number;
        if (*name == '\0' || text_parse_real(name, strlen(name), &number))
            return error_at(r->err, ERROR_DATA, here(r),
                            "column %zu: expected a column's name, found '%s'",
                            r->table->columns + 1, name);
        if (history_find(r->table, name) < r->table->columns)
            return error_at(r->err, ERROR_DATA, here(r), "duplicate column '%s'", name);
        r->table->column[r->table->columns++] = name;
    }
    return true;
}

/* Other programs write a word where there is no number, or none that can be drawn. */
static bool is_missing(const char *field) {
    static const char *const words[] = {"", "NA", "nan", "-nan", "inf", "-inf", "None", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(field, words[i]) == 0) return true;
    return false;
}

static bool read_row(struct reader *r, char *line) {
    struct history_table *table = r->table;
    size_t used = table->rows * table->columns, fields = 0;
    if (!memory_grow(&table->value, &r->capacity, used + table->columns, sizeof *table->value,
                     "a history", r->err))
        return false;
    for (; line != NULL; fields++) {
        const char *field = take_field(&line);
        if (fields >= table->columns) continue;
        double *value = &table->value[used + fields];
        *value = NAN;
        if (!text_parse_real(field, strlen(field), value) && !is_missing(field))
            return error_at(r->err, ERROR_DATA, here(r), "column '%s': not a number: '%s'",
                            table->column[fields], field);
    }
    if (fields != table->columns)
        return error_at(r->err, ERROR_DATA, here(r), "expected %zu fields, got %zu", table->columns,
                        fields);
    table->rows++;
    return true;
}

static bool read_rows(struct reader *r) {
    char *line;
    while ((line = take_line(r)) != NULL) {
        if (*line == '\0' && *r->next == '\0') break; /* an empty line at the end */
        if (!read_row(r, line)) return false;
    }
    return r->table->rows > 0 || error_set(r->err, ERROR_DATA, "%s: no rows", r->path);
}

static bool read_text(struct history_table *table, size_t length, const char *path,
                      struct error *err) {
    if (memchr(table->text, '\0', length) != NULL)
        return error_set(err, ERROR_DATA, "%s: not a CSV file: it has a NUL byte", path);
    struct reader r = {.table = table, .path = path, .next = table->text, .err = err};
    if (strncmp(r.next, "\xEF\xBB\xBF", 3) == 0) r.next += 3;
    return read_header(&r) && read_rows(&r);
}

bool history_read(struct history_table *table, const char *path, struct error *err) {
    size_t length;
    *table = (struct history_table){0};
    table->text = whole_read(path, &length, ERROR_DATA, err);
    if (table->text == NULL) return false;
    if (read_text(table, length, path, err)) return true;
    history_table_free(table);
    return false;
}
