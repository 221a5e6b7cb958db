#include <string.h>

#include "base/memory.h"
#include "data/csv.h"

/* A place in the bytes, and what must be known to go on from it. */
struct cursor {
    const struct csv_rules *rules;
    const char *p, *end;
    bool last;
};

void csv_set_rules(struct csv_rules *rules, char delimiter, char quote, char comment) {
    *rules = (struct csv_rules){.delimiter = delimiter, .quote = quote, .comment = comment};
    static const char always[] = {'\n', '\r', '\0'};
    for (size_t i = 0; i < sizeof always; i++) rules->stops[(unsigned char)always[i]] = true;
    rules->stops[(unsigned char)delimiter] = true;
    rules->stops[(unsigned char)quote] = true;
    if (delimiter == ' ') rules->stops['\t'] = true;
}

static inline bool is_delimiter(const struct csv_rules *rules, char c) {
    return c == rules->delimiter || (c == '\t' && rules->delimiter == ' ');
}

static inline bool is_blank(const struct csv_rules *rules, char c) {
    return (c == ' ' || c == '\t') && (c != rules->delimiter || c == ' ');
}

/* The sentinel behind the end is no blank, so this stops. */
static inline void pass_blanks(struct cursor *at) {
    while (is_blank(at->rules, *at->p)) at->p++;
}

static inline enum csv_scan bare_field(struct cursor *at, struct csv_field *field) {
    const char *first = at->p, *p = first;
    while (!at->rules->stops[(unsigned char)*p]) p++;
    at->p = p;
    if (p - first > CSV_FIELD_LIMIT) return CSV_LONG_FIELD;
    if (*p == at->rules->quote && *p != CSV_NO_SIGN) return CSV_BARE_QUOTE;
    while (p > first && is_blank(at->rules, p[-1])) p--;
    *field = (struct csv_field){.bytes = first, .length = (uint32_t)(p - first)};
    return CSV_SCANNED;
}

/* Leaves the cursor behind the closing quote; faults are at the opening one. */
static enum csv_scan quoted_field(struct cursor *at, struct csv_field *field) {
    const char *first = at->p + 1, *p = first, sign = at->rules->quote;
    bool doubled = false;
    for (;; p += 2, doubled = true) {
        const char *quote = memchr(p, sign, (size_t)(at->end - p));
        size_t length = (size_t)((quote != NULL ? quote : at->end) - first);
        if (length > CSV_FIELD_LIMIT) return CSV_OPEN_QUOTE;
        if (quote == NULL) return at->last ? CSV_OPEN_QUOTE : CSV_PARTIAL;
        p = quote;
        if (p + 1 == at->end && !at->last) return CSV_PARTIAL;
        if (p + 1 == at->end || p[1] != sign) break;
    }
    const char *nul = memchr(first, '\0', (size_t)(p - first));
    if (nul != NULL) {
        at->p = nul;
        return CSV_NUL;
    }
    *field = (struct csv_field){first, (uint32_t)(p - first), true, doubled};
    at->p = p + 1;
    if (at->rules->delimiter != ' ') pass_blanks(at);
    return at->rules->stops[(unsigned char)*at->p] && *at->p != sign ? CSV_SCANNED
                                                                     : CSV_AFTER_QUOTE;
}

/* Line ends in what lies between two places. */
static size_t count_lines(const char *p, const char *end) {
    size_t lines = 0;
    for (; p < end; p++) lines += *p == '\n' || (*p == '\r' && (p + 1 == end || p[1] != '\n'));
    return lines;
}

static bool add_field(struct csv_record *record) {
    struct error ignored;
    return record->fields < record->capacity ||
           memory_grow(&record->field, &record->capacity, record->fields + 1, sizeof *record->field,
                       "fields of a line", &ignored);
}

/* At a line end or at the end of all bytes: CR LF is one line end, and a CR at the end of the
 * block may be half of one. */
static enum csv_scan end_line(struct cursor *at) {
    if (at->p == at->end) return at->last ? CSV_SCANNED : CSV_PARTIAL;
    if (*at->p == '\r') {
        if (at->p + 1 == at->end && !at->last) return CSV_PARTIAL;
        if (at->p + 1 < at->end && at->p[1] == '\n') at->p++;
    }
    at->p++;
    return CSV_SCANNED;
}

static enum csv_scan pass_comment(struct cursor *at, struct csv_record *record) {
    while (at->p < at->end && *at->p != '\n' && *at->p != '\r') at->p++;
    enum csv_scan result = end_line(at);
    record->length = (size_t)(at->p - record->bytes);
    record->lines = 1;
    return result;
}

static enum csv_scan split(struct cursor *at, struct csv_record *record) {
    bool multiline = false;
    record->fields = 0;
    pass_blanks(at);
    if (*at->p == at->rules->comment && *at->p != CSV_NO_SIGN) return pass_comment(at, record);
    for (;; pass_blanks(at)) {
        /* Blanks before the line end delimit nothing where blanks are the delimiter. */
        bool over = at->p == at->end || *at->p == '\n' || *at->p == '\r';
        if (over && at->rules->delimiter == ' ' && record->fields > 0) break;
        if (record->fields == CSV_FIELDS_LIMIT) return CSV_MANY_FIELDS;
        if (!add_field(record)) return CSV_NO_MEMORY;
        struct csv_field *field = &record->field[record->fields];
        bool quoted = *at->p == at->rules->quote && *at->p != CSV_NO_SIGN;
        enum csv_scan result = quoted ? quoted_field(at, field) : bare_field(at, field);
        if (result != CSV_SCANNED) return result;
        record->fields++;
        multiline |= quoted;
        if (at->p == at->end) break;
        if (*at->p == '\0') return CSV_NUL;
        if (!is_delimiter(at->rules, *at->p)) break;
        at->p++;
    }
    enum csv_scan result = end_line(at);
    record->length = (size_t)(at->p - record->bytes);
    record->lines = multiline ? count_lines(record->bytes, at->p) : 1;
    return result;
}

enum csv_scan csv_split(const struct csv_rules *rules, const char *bytes, size_t length, bool last,
                        struct csv_record *record, size_t *fault) {
    struct cursor at = {rules, bytes, bytes + length, last};
    record->bytes = bytes;
    enum csv_scan result = split(&at, record);
    *fault = (size_t)(at.p - bytes);
    return result;
}

bool csv_is_empty(const struct csv_record *record) {
    return record->fields == 1 && record->field[0].length == 0 && !record->field[0].quoted;
}

const char *csv_copy_field(const struct csv_field *field, struct csv_copy *copy,
                           struct error *err) {
    if (!memory_grow(&copy->bytes, &copy->capacity, (size_t)field->length + 1, 1, "a field", err))
        return NULL;
    size_t length = 0;
    for (size_t i = 0; i < field->length; i++) {
        copy->bytes[length++] = field->bytes[i];
        /* Within a field in quotes, quotes come in pairs alone. */
        if (field->doubled && field->bytes[i] == field->bytes[-1]) i++;
    }
    copy->bytes[length] = '\0';
    return copy->bytes;
}
