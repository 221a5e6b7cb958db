#include "tools/beside.h"

#include <string.h>

void beside_header(const struct dataset *data, bool append, struct text *to) {
    if (!append) dataset_label_header(data, to);
    for (size_t c = 0; c < dataset_kept(data); c++) {
        text_add_csv(to, dataset_kept_name(data, c));
        text_add(to, ",");
    }
}

void beside_row(const struct dataset *data, bool append, size_t row, struct text *to) {
    if (!append) dataset_label(data, row, to);
    for (size_t c = 0; c < dataset_kept(data); c++) {
        text_add_csv(to, dataset_kept_text(data, c, row));
        text_add(to, ",");
    }
}

static bool is_kept(const struct dataset *data, const char *name) {
    for (size_t c = 0; c < dataset_kept(data); c++)
        if (strcmp(dataset_kept_name(data, c), name) == 0) return true;
    return false;
}

void beside_add_name(const struct dataset *data, struct text *name, struct text *to) {
    if (name->bytes != NULL && is_kept(data, name->bytes)) text_add(name, "_predicted");
    text_add_csv(to, name->bytes != NULL ? name->bytes : "");
    to->failed |= name->failed;
    text_free(name);
}
