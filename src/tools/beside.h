/* beside.h - what stands beside an answer in the output: id and time, or all that the input has. */
#ifndef TOOLS_BESIDE_H
#define TOOLS_BESIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "data/dataset.h"

/* The names, and the texts of a row, of the columns that are kept (with `append`, which has id and
 * time among them) or of id and time; a ',' after each. */
void beside_header(const struct dataset *data, bool append, struct text *to);
void beside_row(const struct dataset *data, bool append, size_t row, struct text *to);

/* The name of an answer's column, which is empty afterwards; one that a kept column has too gets
 * "_predicted" behind it. */
void beside_add_name(const struct dataset *data, struct text *name, struct text *to);

#endif
