#include "files/page.h"

#include <string.h>

#include "files/markup.h"
#include "files/page_parts.h"

/* A browser is told to fetch nothing, should a text ever get through as markup. */
static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n";

void page_add_cell(struct text *to, const char *tag, const char *text) {
    text_format(to, "<%s>", tag);
    if (text != NULL) markup_add(to, text);
    text_format(to, "</%.*s>", (int)strcspn(tag, " "), tag);
}

void page_add(struct text *to, const char *tag, const char *text) {
    page_add_cell(to, tag, text);
    text_add(to, "\n");
}

static void add_links(struct text *to, const char *const *sections) {
    if (*sections == NULL) return;
    text_add(to, "<nav aria-label=\"Sections\">\n");
    for (; *sections != NULL; sections += 2) {
        text_format(to, "<a href=\"#%s\">", sections[0]);
        markup_add(to, sections[1]);
        text_add(to, "</a>\n");
    }
    text_add(to, "</nav>\n");
}

void page_begin(struct text *to, const char *title, const char *subtitle,
                const char *const *sections) {
    text_add(to, head);
    page_add(to, "title", title);
    text_add(to, "<style>\n");
    text_add(to, page_style);
    text_add(to, "</style>\n</head>\n<body>\n<header>\n");
    page_add(to, "h1", title);
    page_add(to, "p class=\"soft\"", subtitle);
    add_links(to, sections);
    text_add(to, "</header>\n<main>\n");
}

void page_end(struct text *to, const char *footer) {
    text_add(to, "</main>\n");
    page_add(to, "footer", footer);
    text_add(to, "<script>\n");
    text_add(to, page_script);
    text_add(to, "</script>\n</body>\n</html>\n");
}

void page_open_section(struct text *to, const char *id, const char *heading) {
    text_format(to, "<section id=\"%s\" aria-labelledby=\"%s-head\">\n<h2 id=\"%s-head\">", id, id,
                id);
    markup_add(to, heading);
    text_add(to, "</h2>\n");
}

void page_close_section(struct text *to) {
    text_add(to, "</section>\n");
}

void page_open_table(struct text *to, const char *attributes, const char *label) {
    text_add(to, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    markup_add(to, label);
    text_format(to, "\">\n<table%s>\n", attributes);
}

void page_close_table(struct text *to) {
    text_add(to, "</table>\n</div>\n");
}
