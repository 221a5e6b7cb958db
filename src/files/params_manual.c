/* The tables as a manual: mdoc(7) lists. */
#include <stdio.h>
#include <string.h>

#include "files/params.h"
#include "files/params_scope.h"

enum { LINE_WIDTH = 72 };

/* One line of text for mdoc: backslashes escaped, and nothing that begins like a request. */
static void add_line(struct text *to, const char *line, size_t length) {
    if (*line == '.' || *line == '\'') text_add(to, "\\&");
    for (size_t i = 0; i < length; i++) {
        if (line[i] == '\\')
            text_add(to, "\\e");
        else if (line[i] == '"')
            text_add(to, "\\(dq");
        else if (line[i] == '~')
            text_add(to, "\\(ti");
        else
            text_add_bytes(to, line + i, 1);
    }
    text_add(to, "\n");
}

/* Bytes of the text's first line: up to the end of a sentence, or as many words as fit. */
static size_t line_length(const char *text) {
    size_t fits = 0;
    for (size_t i = 0;; i++) {
        if (text[i] == '\0') return i <= LINE_WIDTH || fits == 0 ? i : fits;
        if (text[i] != ' ') continue;
        if (i > LINE_WIDTH) return fits > 0 ? fits : i;
        if (i > 0 && text[i - 1] == '.') return i;
        fits = i;
    }
}

static void add_lines(struct text *to, const char *text) {
    while (*text != '\0') {
        size_t length = line_length(text);
        add_line(to, text, length);
        text += length + (text[length] == ' ');
    }
}

static bool is_optional(const struct param *row) {
    return row->preset != NULL && strcmp(row->preset, "~") == 0;
}

static const char *type_phrase(const struct param *row, struct phrase *made) {
    if (row->topic != NULL) {
        (void)snprintf(made->text, sizeof made->text, "%s %.40s, below",
                       strchr("aeiou", *row->topic) != NULL ? "an" : "a", row->topic);
        return made->text;
    }
    switch (row->type) {
    case PARAM_TEXT: return "text";
    case PARAM_TEXTS: return "text or list of texts";
    case PARAM_SECTION: return "section, below";
    case PARAM_MAP:
        if (row->word == NULL) return "names, each with keys of its own, below";
        (void)snprintf(made->text, sizeof made->text,
                       "%s, or names, each with keys of its own, below", row->word);
        return made->text;
    case PARAM_KIND:
        if (row->inlined) return "with its keys";
        return row->plain != NULL ? "number, or one of several, below" : "one of several, below";
    case PARAM_KINDS: return "list, below";
    default: *made = params_wanted(row); return made->text;
    }
}

/* A phrase as the beginning of a sentence. */
static void add_capital(const char *phrase, struct text *to) {
    bool letter = *phrase >= 'a' && *phrase <= 'z';
    text_format(to, "%c%s", letter ? *phrase - 'a' + 'A' : *phrase, phrase + 1);
}

/* "Integer >= 1; default 32." */
static void add_type(const struct param *row, struct text *to) {
    struct phrase made;
    struct text line = {0};
    add_capital(type_phrase(row, &made), &line);
    if (row->preset == NULL)
        text_add(&line, "; required");
    else if (*row->preset != '\0' && !is_optional(row))
        text_format(&line, "; default %s", row->preset);
    text_add(&line, ".");
    if (line.failed)
        to->failed = true;
    else
        add_lines(to, line.bytes);
    text_free(&line);
}

static void add_help(const char *help, struct text *to) {
    struct text line = {0};
    if (help == NULL || *help == '\0') return;
    add_capital(help, &line);
    text_add(&line, ".");
    if (line.failed)
        to->failed = true;
    else
        add_lines(to, line.bytes);
    text_free(&line);
}

void params_manual(const struct param *rows, struct text *to) {
    if (rows == NULL || rows->key == NULL) return;
    text_add(to, ".Bl -tag -width Ds\n");
    for (const struct param *row = rows; row->key != NULL; row++) {
        text_format(to, ".It Ic %s", row->inlined ? row->kinds->name : row->key);
        for (size_t i = 1; row->inlined && row->kinds[i].name != NULL; i++)
            text_format(to, " No or Ic %s", row->kinds[i].name);
        text_add(to, "\n");
        add_type(row, to);
        add_help(row->help, to);
    }
    text_add(to, ".El\n");
}

/* What some rows have in common - the same list of kinds, the same section - is told once: below
 * the first of them, in the order of the tables. */
static const struct param *first_like(const struct param *rows, const struct param *wanted) {
    const struct param *found = NULL;
    for (const struct param *row = rows; found == NULL && row != NULL && row->key != NULL; row++) {
        if (!row->inlined && row->kinds == wanted->kinds && row->rows == wanted->rows) return row;
        found = first_like(row->rows, wanted);
        for (const struct kind *kind = row->kinds;
             found == NULL && kind != NULL && kind->name != NULL; kind++)
            found = first_like(kind->params, wanted);
    }
    return found;
}

static void add_below(const struct param *root, const struct param *rows, const char *path,
                      struct text *to);

static void add_title(const struct param *row, const char *path, struct text *to) {
    struct phrase noun = params_noun(row);
    size_t length = strlen(noun.text);
    const char *plural = length > 0 && noun.text[length - 1] == 's' ? "es" : "s";
    if (row->topic != NULL)
        text_format(to, ".Ss %c%ss\n", *row->topic - 'a' + 'A', row->topic + 1);
    else if (row->kinds != NULL)
        text_format(to, ".Ss %s: the %s%s\n", path, noun.text, plural);
    else
        text_format(to, ".Ss %s%s\n", path, row->type == PARAM_MAP ? ".NAME" : "");
}

static void add_kinds(const struct param *root, const struct param *row, const char *path,
                      struct text *to) {
    add_title(row, path, to);
    text_add(to, ".Bl -tag -width Ds\n");
    for (const struct kind *kind = row->kinds; kind->name != NULL; kind++) {
        text_format(to, ".It Cm %s\n", kind->name);
        add_help(kind->help, to);
        if (kind->shorthand != NULL)
            text_format(to, "The short form\n.Ql %s: VALUE\nsets\n.Ic %s .\n", kind->name,
                        kind->shorthand);
        params_manual(kind->params, to);
    }
    text_add(to, ".El\n");
    for (const struct kind *kind = row->kinds; kind->name != NULL; kind++) {
        struct text below = {0};
        text_format(&below, "%s.%s", path, kind->name);
        if (below.failed) to->failed = true;
        if (!below.failed) add_below(root, kind->params, below.bytes, to);
        text_free(&below);
    }
}

static void add_section(const struct param *root, const struct param *row, const char *path,
                        struct text *to) {
    add_title(row, path, to);
    if (row->topic == NULL) add_help(row->help, to);
    params_manual(row->rows, to);
    add_below(root, row->rows, path, to);
}

static void add_below(const struct param *root, const struct param *rows, const char *path,
                      struct text *to) {
    for (const struct param *row = rows; row != NULL && row->key != NULL; row++) {
        bool holds = (row->kinds != NULL && !row->inlined) || row->rows != NULL;
        if (!holds || first_like(root, row) != row) continue;
        struct text below = {0};
        text_format(&below, "%s%s%s", path, *path != '\0' ? "." : "", row->key);
        if (below.failed)
            to->failed = true;
        else if (row->kinds != NULL)
            add_kinds(root, row, below.bytes, to);
        else
            add_section(root, row, below.bytes, to);
        text_free(&below);
    }
}

void params_manual_below(const struct param *rows, const char *path, struct text *to) {
    add_below(rows, rows, path, to);
}
