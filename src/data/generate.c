/* The list of generated tasks: the one place that names them all. */
#include "data/generate.h"

#include "data/generate_tasks.h"

const struct kind generate_kinds[] = {
    {.name = "linear",
     .params = linear_params,
     .size = sizeof(struct linear_settings),
     .help = "columns x and y: a straight line with noise, x in random order",
     .ops = &linear_task},
    {.name = "sine",
     .params = sine_params,
     .size = sizeof(struct sine_settings),
     .help = "column x: a sine wave, whose next value is to be predicted",
     .ops = &sine_task},
    {.name = "mackey_glass",
     .params = mackey_glass_params,
     .size = sizeof(struct mackey_glass_settings),
     .help = "column x: the chaotic series of Mackey and Glass (1977)",
     .ops = &mackey_glass_task},
    {.name = "adding",
     .params = adding_params,
     .size = sizeof(struct adding_settings),
     .help = "columns id, value, mark and sum: the sum of the two values that are marked "
             "(Hochreiter and Schmidhuber 1997)",
     .ops = &adding_task},
    {.name = "temporal_order",
     .params = temporal_order_params,
     .size = sizeof(struct temporal_order_settings),
     .help = "columns id, symbol and order: which of X and Y came first and which second, among "
             "many other symbols (Hochreiter and Schmidhuber 1997)",
     .ops = &temporal_order_task},
    {.name = "copy",
     .params = copy_params,
     .size = sizeof(struct copy_settings),
     .help = "columns id, symbol and answer: symbols to be repeated after a while (Hochreiter and "
             "Schmidhuber 1997; Arjovsky and others 2016)",
     .ops = &copy_task},
    {.name = "reber",
     .params = reber_params,
     .size = sizeof(struct reber_settings),
     .help = "columns id, symbol and next_B to next_E: which symbols may come next in a string of "
             "the Reber grammar (Hochreiter and Schmidhuber 1997)",
     .ops = &reber_task},
    {.name = "reverse",
     .params = reverse_params,
     .size = sizeof(struct digits_settings),
     .help = "digits, to be written backwards",
     .ops = &reverse_task},
    {.name = "addition",
     .params = addition_params,
     .size = sizeof(struct digits_settings),
     .help = "sums of two numbers such as 12+345, to be worked out digit by digit",
     .ops = &addition_task},
    {.name = NULL},
};

struct random_stream generate_stream(uint64_t seed) {
    return random_stream(seed, RANDOM_GENERATE, 0);
}

size_t generate_draw(struct random_stream stream, uint64_t sample, uint64_t place, size_t count) {
    return (size_t)(random_uniform(stream, sample, place) * (double)count);
}

void generate_number(struct text *csv, double value, const char *after) {
    char number[32];
    text_add(csv, text_number((double)(float)value, number));
    text_add(csv, after);
}

void generate_keys(const struct param_kind *generate, struct text *lines) {
    ((const struct task *)generate->kind->ops)->keys(generate->settings, lines);
}

bool generate_csv(const struct param_kind *generate, uint64_t seed, struct text *csv,
                  struct error *err) {
    const struct task *task = generate->kind->ops;
    bool good = task->write(generate->settings, seed, csv, err);
    if (good && csv->failed)
        good = error_set(err, ERROR_SYSTEM, "out of memory (making the data of task %s)",
                         generate->kind->name);
    if (!good) text_free(csv);
    return good;
}
