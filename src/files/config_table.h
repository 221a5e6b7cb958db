/* config_table.h - the sections of a config, as rows. */
#ifndef FILES_CONFIG_TABLE_H
#define FILES_CONFIG_TABLE_H

#include "base/param.h"

/* They fill a struct config. */
extern const struct param config_params[];

#endif
