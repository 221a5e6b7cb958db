/* page.h - a report as one HTML file, which needs nothing from anywhere else.
 *
 * It can be read without scripts; with them charts show values. What is between begin and end is made
 * of the pieces below, of chart.h, and of plain text_add; texts from files go through markup_add. */
#ifndef FILES_PAGE_H
#define FILES_PAGE_H

#include "base/text.h"

/* Head, style sheet and the title as a heading; then a line of links to sections, which are pairs of
 * an id and a heading, ended by NULL. */
void page_begin(struct text *to, const char *title, const char *subtitle,
                const char *const *sections);

/* The script and the end; `footer` says what made the page. */
void page_end(struct text *to, const char *footer);

void page_open_section(struct text *to, const char *id, const char *heading);
void page_close_section(struct text *to);

/* <TAG>text</TAG>; the tag may have attributes. */
void page_add(struct text *to, const char *tag, const char *text);

/* A table within a box that scrolls, `label` being the box's name. Close with page_close_table. */
void page_open_table(struct text *to, const char *attributes, const char *label);
void page_close_table(struct text *to);

/* The same without an end of line: a cell. Of a text NULL nothing is in it. */
void page_add_cell(struct text *to, const char *tag, const char *text);

#endif
