/* schema_json.h - the data schema as JSON, as it is kept in a checkpoint.
 *
 *     {"dialect": {"delimiter": ";", "decimal": ",", "thousands": "", "header": true},
 *      "columns": [{"name": "temp", "type": "number", "log": false, "difference": 0,
 *                   "scale": "standard", "center": 12.5, "spread": 3.1, "index": false,
 *                   "ignore_unknown": false, "missing": "forward", "fill": 11.9,
 *                   "indicator": false, "categories": []},
 *                  {"name": "sky", "type": "category", "categories": ["clear", "rain"], ...},
 *                  {"name": "date", "type": "time", "format": "", "features": ["hour"], ...}],
 *      "inputs": [0, 1], "targets": [0], "target": "number", "classes": 0,
 *      "features": 3, "steps": 24}
 *
 * A time's format is as in data/time.h, "" for ISO 8601.
 * Inputs and targets count columns from 0. With "target": "class" there is one target, a category.
 * "dialect" is null for data that did not come from a file.
 */
#ifndef FILES_SCHEMA_JSON_H
#define FILES_SCHEMA_JSON_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "data/schema.h"

void schema_to_json(const struct schema *schema, struct text *to);

/* Read it back, every number and name checked; `name` is for messages ("name: schema: column "x":
 * spread 0 is not above 0"). Errors are ERROR_CHECKPOINT; the schema is then empty. */
bool schema_from_json(struct schema *schema, const char *text, const char *name, struct error *err);

#endif
