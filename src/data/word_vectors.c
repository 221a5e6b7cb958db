#include "data/word_vectors.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/dictionary.h"
#include "data/input.h"

struct lines {
    struct input *input;
    char *bytes;
    size_t start, end, capacity; /* what is read and not yet taken */
    size_t number;               /* of the line that was taken last */
    bool ended;
};

enum { CHUNK = 65536 };

static bool read_more(struct lines *lines, struct error *err) {
    size_t got;
    if (lines->start < lines->end)
        memmove(lines->bytes, lines->bytes + lines->start, lines->end - lines->start);
    lines->end -= lines->start;
    lines->start = 0;
    if (!memory_grow(&lines->bytes, &lines->capacity, lines->end + CHUNK, 1, "a line", err) ||
        !input_read(lines->input, lines->bytes + lines->end, CHUNK, &got, err))
        return false;
    lines->end += got;
    lines->ended = got < CHUNK;
    return true;
}

/* The next line without its end; *line is NULL after the last. */
static bool next_line(struct lines *lines, const char **line, size_t *length, struct error *err) {
    const char *stop;
    while ((stop = memchr(lines->bytes + lines->start, '\n', lines->end - lines->start)) == NULL &&
           !lines->ended)
        if (!read_more(lines, err)) return false;
    const char *from = lines->bytes + lines->start;
    size_t rest = lines->end - lines->start;
    *line = stop != NULL || rest > 0 ? from : NULL;
    *length = stop != NULL ? (size_t)(stop - from) : rest;
    lines->start += stop != NULL ? *length + 1 : rest;
    lines->number++;
    return true;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/* The last field of a text of *length bytes, which loses it and the blanks before it. */
static const char *last_field(const char *text, size_t *length, size_t *size) {
    size_t end = *length;
    while (end > 0 && is_blank(text[end - 1])) end--;
    size_t first = end;
    while (first > 0 && !is_blank(text[first - 1])) first--;
    *size = end - first;
    *length = first;
    while (*length > 0 && is_blank(text[*length - 1])) --*length;
    return text + first;
}

static bool is_heading(const char *line, size_t length) {
    size_t size, value;
    const char *field = last_field(line, &length, &size);
    return text_parse_count(field, size, &value) && length > 0 &&
           text_parse_count(line, length, &value);
}

/* Numbers are taken from the end: a word may hold blanks. */
static bool read_vector(const struct lines *lines, const char *path, const char *line,
                        size_t length, size_t width, double *value, size_t *word,
                        struct error *err) {
    const struct place place = {path, lines->number, 0};
    for (size_t j = width; j-- > 0;) {
        size_t size;
        const char *field = last_field(line, &length, &size);
        if (length == 0)
            return error_at(err, ERROR_DATA, place,
                            "expected a word and %zu numbers (the embedding's output_dim), got %zu",
                            width, width - 1 - j);
        if (!text_parse_real(field, size, &value[j]))
            return error_at(err, ERROR_DATA, place, "expected a number, got \"%.*s\"",
                            size < 60 ? (int)size : 60, field);
    }
    *word = length;
    return true;
}

static bool list_words(const struct schema_column *column, struct dictionary *words,
                       struct error *err) {
    for (size_t c = 0; c < column->categories; c++) {
        size_t number;
        const char *text = column->category[c];
        if (!dictionary_add(words, text, strlen(text), &number, err)) return false;
    }
    return true;
}

static bool take_lines(struct lines *lines, const char *path, const struct dictionary *words,
                       size_t width, double *value, real *to, size_t *found, struct error *err) {
    const char *line;
    size_t length, word = 0;
    bool *seen = memory_take(words->count, sizeof *seen, "words", err);
    bool good = seen != NULL;
    while (good && (good = next_line(lines, &line, &length, err)) && line != NULL) {
        if (length == 0 || (lines->number == 1 && is_heading(line, length))) continue;
        good = read_vector(lines, path, line, length, width, value, &word, err);
        size_t number = good ? dictionary_find(words, line, word) : words->count;
        if (number == words->count || seen[number]) continue;
        seen[number] = true;
        ++*found;
        for (size_t j = 0; j < width; j++) to[(number + ID_FIRST) * width + j] = (real)value[j];
    }
    free(seen);
    return good;
}

bool word_vectors_read(const char *path, const struct schema *schema, size_t width, real *to,
                       size_t *found, struct error *err) {
    struct lines lines = {0};
    struct dictionary words = {0};
    double *value = memory_take(width, sizeof *value, "a vector", err);
    *found = 0;
    bool good = value != NULL && (lines.input = input_open(path, err)) != NULL &&
                list_words(&schema->column[schema->input[0]], &words, err) &&
                read_more(&lines, err) &&
                take_lines(&lines, path, &words, width, value, to, found, err);
    input_close(lines.input);
    dictionary_free(&words);
    free(lines.bytes);
    free(value);
    return good;
}
