/* page_parts.h - the style sheet and the script that stand in every page. */
#ifndef FILES_PAGE_PARTS_H
#define FILES_PAGE_PARTS_H

extern const char page_style[];
extern const char page_script[];

#endif
