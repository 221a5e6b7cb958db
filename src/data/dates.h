/* dates.h - parts that begin on a date of the time column: {from: 2016-07-01}. */
#ifndef DATA_DATES_H
#define DATA_DATES_H

#include "data/store.h"

/* Does data.validation or data.test name a date? */
bool dates_used(const struct data_options *options);

/* Mark in part[things] what lies on or after the dates: rows, or series of layout sequences by
 * their last row. Rows of data.split_gap before a mark become PART_NONE; all else is left alone.
 * In a fold data.validation does not count. Errors: no time column, or keys that cannot be combined
 * with a date (ERROR_CONFIG); a time that cannot be read (ERROR_DATA). */
bool dates_mark(const struct dataset *dataset, size_t things, bool fold, unsigned char *part,
                struct error *err);

#endif
