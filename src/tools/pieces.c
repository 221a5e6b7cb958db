#include "tools/pieces.h"

struct piece *pieces_add(struct pieces *line, size_t rank) {
    /* The callers' pieces are counted; one too many would be lost, not written elsewhere. */
    struct piece *piece = &line->piece[line->count < PIECES_MOST ? line->count : PIECES_MOST - 1];
    if (line->count < PIECES_MOST) line->count++;
    piece->rank = rank;
    piece->shown = true;
    return piece;
}

static bool is_empty(const struct piece *piece) {
    return piece->text.failed || piece->text.length == 0;
}

static void measure(struct piece *piece) {
    size_t width = is_empty(piece) ? 0 : text_width(piece->text.bytes);
    if (width > piece->width) piece->width = width;
}

/* The most wanted one that was not tried, or NULL. */
static struct piece *next_wanted(struct pieces *line) {
    struct piece *found = NULL;
    for (size_t i = 0; i < line->count; i++) {
        struct piece *piece = &line->piece[i];
        if (!piece->tried && (found == NULL || piece->rank < found->rank)) found = piece;
    }
    return found;
}

size_t pieces_fit(struct pieces *line, size_t room) {
    struct piece *piece;
    while ((piece = next_wanted(line)) != NULL) {
        measure(piece);
        piece->tried = true;
        piece->shown = !is_empty(piece) && piece->width <= room;
        if (piece->shown) room -= piece->width;
    }
    return room;
}

void pieces_join(struct pieces *line, struct text *to) {
    size_t blanks = 0;
    for (size_t i = 0; i < line->count; i++) {
        struct piece *piece = &line->piece[i];
        if (piece->shown && !is_empty(piece)) {
            text_format(to, "%*s", (int)blanks, "");
            text_add_bytes(to, piece->text.bytes, piece->text.length);
            measure(piece);
            blanks = piece->width - text_width(piece->text.bytes);
        }
        text_free(&piece->text);
    }
    line->count = 0;
}
