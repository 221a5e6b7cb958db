/* The table of one instruction set's kernels. */
#include "kernels/table.h"

#define TEXT_OF(x) #x
#define NAME_OF(x) TEXT_OF(x)

const struct kernels KERNEL(kernels) = {
    .name = NAME_OF(KERNEL_ISA),
    .pack = KERNEL(pack),
    .pack_transposed = KERNEL(pack_transposed),
    .product = KERNEL(product),
    .column_sums = KERNEL(column_sums),
    .activate = KERNEL(activate),
    .activate_back = KERNEL(activate_back),
    .lstm_forward = KERNEL(lstm_forward),
    .lstm_backward = KERNEL(lstm_backward),
    .gru_gates = KERNEL(gru_gates),
    .gru_output = KERNEL(gru_output),
    .gru_output_back = KERNEL(gru_output_back),
    .gru_reset_back = KERNEL(gru_reset_back),
    .dropout = KERNEL(dropout),
    .normalize = KERNEL(normalize),
    .normalize_back = KERNEL(normalize_back),
    .fill_rows = KERNEL(fill_rows),
    .add = KERNEL(add),
    .hadamard = KERNEL(hadamard),
    .add_scaled = KERNEL(add_scaled),
    .sum_squares = KERNEL(sum_squares),
    .dot = KERNEL(dot),
    .project = KERNEL(project),
    .scale = KERNEL(scale),
    .clip = KERNEL(clip),
    .sgd = KERNEL(sgd),
    .rmsprop = KERNEL(rmsprop),
    .adam = KERNEL(adam),
    .adagrad = KERNEL(adagrad),
    .adadelta = KERNEL(adadelta),
    .adamax = KERNEL(adamax),
    .nadam = KERNEL(nadam),
    .average = KERNEL(average),
};
