/* describe.h - the schema of a task's columns, from their roles and the keys of a config. */
#ifndef DATA_DESCRIBE_H
#define DATA_DESCRIBE_H

#include "data/roles.h"
#include "data/schema.h"

/* Name the columns that `roles` uses, in the file's order, with their types and transforms, and
 * decide whether the target is a number or a class. category[c] says that column c of the file
 * holds text; from[k] becomes the file's column behind schema column k. Categories, scales,
 * features and steps are left to be found from the data. Errors: ERROR_CONFIG for settings that do
 * not fit a column. */
bool describe_columns(struct schema *schema, const struct heading *heading,
                      const struct roles *roles, const struct data_options *options,
                      const struct sampling *sampling, enum target_kind wanted,
                      const bool *category, size_t **from, struct error *err);

/* The rule that a text of data.missing names; false when it names none and is no number. */
bool missing_read_rule(const char *text, enum missing_rule *rule, double *number);

/* Does a difference's base lie between a window and its targets? There nothing tells its value: it
 * is neither input nor predicted. */
bool differences_reach_gap(const struct schema_column *column, const struct sampling *sampling);

#endif
