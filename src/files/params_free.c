/* What a section's struct owns. */
#include <stdlib.h>

#include "files/params.h"

static void free_kind(struct param_kind *kind) {
    if (kind->kind != NULL && kind->kind->params != NULL)
        params_free(kind->kind->params, kind->settings);
    free(kind->settings);
    *kind = (struct param_kind){0};
}

static void free_map(const struct param *row, struct param_map *map) {
    for (size_t i = 0; i < map->count; i++) {
        free(map->name[i]);
        params_free(row->rows, (char *)map->settings + i * row->size);
    }
    free(map->name);
    free(map->settings);
    free(map->place);
    *map = (struct param_map){0};
}

static void free_texts(struct param_texts *texts) {
    for (size_t i = 0; i < texts->count; i++) free(texts->text[i]);
    free(texts->text);
    *texts = (struct param_texts){0};
}

static void free_kinds(struct param_kinds *kinds) {
    for (size_t i = 0; i < kinds->count; i++) free_kind(&kinds->item[i]);
    free(kinds->item);
    *kinds = (struct param_kinds){0};
}

static void free_value(const struct param *row, void *field) {
    switch (row->type) {
    case PARAM_TEXT:
        free(*(char **)field);
        *(char **)field = NULL;
        break;
    case PARAM_PART:
        free(((struct param_part *)field)->file);
        free(((struct param_part *)field)->other);
        free(((struct param_part *)field)->from);
        *(struct param_part *)field = (struct param_part){0};
        break;
    case PARAM_TEXTS: free_texts(field); break;
    case PARAM_REALS:
        free(((struct param_reals *)field)->value);
        *(struct param_reals *)field = (struct param_reals){0};
        break;
    case PARAM_SECTION: params_free(row->rows, field); break;
    case PARAM_KIND: free_kind(field); break;
    case PARAM_KINDS: free_kinds(field); break;
    case PARAM_MAP: free_map(row, field); break;
    default: break;
    }
}

void params_free(const struct param *rows, void *from) {
    for (const struct param *row = rows; row != NULL && row->key != NULL; row++)
        free_value(row, (char *)from + row->offset);
}
