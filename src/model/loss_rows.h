/* loss_rows.h - each loss of one row; see struct loss_ops. For loss.c's table. */
#ifndef MODEL_LOSS_ROWS_H
#define MODEL_LOSS_ROWS_H

#include "model/loss.h"

loss_row_function loss_mse, loss_mae, loss_mape, loss_msle, loss_huber, loss_log_cosh, loss_poisson,
    loss_quantile;
loss_row_function loss_binary, loss_categorical, loss_kl_divergence;
loss_given_function loss_categorical_given;

#endif
