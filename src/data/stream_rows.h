/* stream_rows.h - all that the rows of a data set hold for those to come, as numbers in one row. */
#ifndef DATA_STREAM_ROWS_H
#define DATA_STREAM_ROWS_H

#include "data/store.h"

/* What a schema column is to the rows that come: its value, its level, was it missing? */
struct cell {
    float *value, *level;
    size_t levels;
    bool *absent;
};
struct cell row_cell(const struct dataset *dataset, size_t k, size_t row);

/* Has the data set an array of its own for what the model sees of a column? Numbers of a row of it. */
bool row_has_level(const struct schema_column *column);
size_t row_levels(const struct schema_column *column);

/* Numbers of a row, of all columns; those of a row, and to it. A value that is missing is NAN. */
size_t row_width(const struct dataset *dataset);
void row_get(const struct dataset *dataset, size_t row, float *to);
void row_put(const struct dataset *dataset, size_t row, const float *from);

/* The `count` rows that end with row `last` move up by one, over the row before them. */
void rows_shift(const struct dataset *dataset, size_t last, size_t count);

#endif
