/* config_task.h - the keys of `data` that a generated task sets. */
#ifndef FILES_CONFIG_TASK_H
#define FILES_CONFIG_TASK_H

#include "files/config.h"

/* Add to the tree of a config, which was read from it, what data.generate's task says of keys that
 * the tree does not have: it is then to be read again. */
bool config_fill_task(struct config *config, struct error *err);

#endif
