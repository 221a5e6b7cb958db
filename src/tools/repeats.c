#include "tools/repeats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files/atomic.h"
#include "files/json.h"
#include "tools/signals.h"
#include "tools/silent.h"
#include "tools/summary.h"

char *repeats_path(const struct config *config, const char *given, struct error *err) {
    const char *history = config->output.history;
    size_t length = strlen(history);
    struct text path = {0};
    if (given != NULL) return memory_text(given, err);
    if (length > 4 && strcmp(history + length - 4, ".csv") == 0) length -= 4;
    text_add_bytes(&path, history, length);
    text_add(&path, ".repeats.csv");
    return text_take(&path, err);
}

/* ---- running --------------------------------------------------------------------------------- */

static bool copy_figures(const struct figures *from, struct figures *to, struct error *err) {
    for (size_t i = 0; i < from->count; i++)
        if (!figures_add(to, "", from->item[i].name, from->item[i].value, err)) return false;
    return true;
}

static void show(const struct training *t, const struct repeat *run, size_t number, size_t wanted) {
    (void)fprintf(stderr, "run %zu/%zu, seed %zu:", number, wanted, run->seed);
    for (size_t i = 0; i < run->figures.count; i++)
        if (!isnan(run->figures.item[i].value))
            (void)fprintf(stderr, " %s %.4g ", run->figures.item[i].name,
                          run->figures.item[i].value);
    silent_show_end(t);
}

static bool train_one(struct training *t, struct repeat *run, struct error *err) {
    struct training_result result;
    if (!silent_train(t, err)) return false;
    training_judge(t, &result);
    run->epochs = t->trainer.state.epoch;
    return summary_figures(t, &result, &run->figures, err);
}

static bool run_one(struct repeats *repeats, struct config *config, const char *isa, size_t number,
                    bool quiet, struct error *err) {
    struct training training;
    struct repeat *run = &repeats->run[number];
    run->seed = config->seed;
    if (!training_open(&training, config, isa, err)) return false;
    bool good = train_one(&training, run, err);
    repeats->signal = training.signal;
    if (good && repeats->signal == 0) {
        repeats->done++;
        if (!quiet) show(&training, run, number, repeats->wanted);
    }
    training_close(&training);
    return good;
}

bool repeats_run(struct repeats *repeats, struct config *config, const char *isa, bool quiet,
                 struct error *err) {
    size_t own = config->seed;
    bool good = true;
    repeats->run = memory_take(repeats->wanted, sizeof *repeats->run, "repeats", err);
    if (repeats->run == NULL) return false;
    signals_note();
    for (size_t i = 1; i < repeats->wanted && good && repeats->signal == 0; i++) {
        config->seed = own + i;
        good = run_one(repeats, config, isa, i, quiet, err);
    }
    struct error cause = *err;
    if (!good) (void)error_set(err, cause.kind, "seed %zu: %s", config->seed, cause.text);
    config->seed = own;
    return good;
}

void repeats_free(struct repeats *repeats) {
    for (size_t i = 0; repeats->run != NULL && i < repeats->wanted; i++)
        figures_free(&repeats->run[i].figures);
    free(repeats->run);
    *repeats = (struct repeats){0};
}

bool repeats_end(struct repeats *repeats, const struct training *t, const struct figures *figures,
                 struct error *err) {
    repeats->run[0].seed = t->config->seed;
    repeats->run[0].epochs = t->trainer.state.epoch;
    repeats->done++;
    return copy_figures(figures, &repeats->run[0].figures, err);
}

/* ---- all together ---------------------------------------------------------------------------- */

struct range {
    double least, median, most;
};

static double figure_at(const struct repeats *repeats, size_t run, size_t figure) {
    return repeats->run[run].figures.item[figure].value;
}

/* How many runs have a smaller value, or an equal one and come first: their places in order. */
static size_t place_of(const struct repeats *repeats, size_t run, size_t figure) {
    double value = figure_at(repeats, run, figure);
    size_t place = 0;
    for (size_t i = 0; i < repeats->wanted; i++) {
        double other = figure_at(repeats, i, figure);
        place += other < value || (other == value && i < run);
    }
    return place;
}

static struct range range_of(const struct repeats *repeats, size_t figure) {
    struct range range = {NAN, NAN, NAN};
    size_t count = repeats->wanted;
    double low = NAN, high = NAN;
    if (repeats->done < count) return range;
    for (size_t i = 0; i < count; i++) {
        if (isnan(figure_at(repeats, i, figure))) return range;
        size_t place = place_of(repeats, i, figure);
        if (place == 0) range.least = figure_at(repeats, i, figure);
        if (place == (count - 1) / 2) low = figure_at(repeats, i, figure);
        if (place == count / 2) high = figure_at(repeats, i, figure);
        if (place == count - 1) range.most = figure_at(repeats, i, figure);
    }
    range.median = low == high ? low : low + (high - low) / 2;
    return range;
}

bool repeats_figures(const struct repeats *repeats, const struct figures *own, struct figures *to,
                     struct error *err) {
    size_t count = own->count;
    for (size_t i = 0; i < count; i++) {
        const char *name = own->item[i].name; /* stays where it is when the list grows */
        struct range range = range_of(repeats, i);
        if (!figures_add(to, "median_", name, range.median, err) ||
            !figures_add(to, "least_", name, range.least, err) ||
            !figures_add(to, "most_", name, range.most, err))
            return false;
    }
    return true;
}

void repeats_report(const struct repeats *repeats) {
    const struct repeat *first = &repeats->run[0];
    (void)fprintf(stderr, "%zu runs, seeds %zu to %zu: %20s %10s %10s\n", repeats->wanted,
                  first->seed, first->seed + repeats->wanted - 1, "median", "least", "most");
    for (size_t i = 0; i < first->figures.count; i++) {
        struct range range = range_of(repeats, i);
        if (isnan(range.median)) continue;
        (void)fprintf(stderr, "  %-42s %10.4g %10.4g %10.4g\n", first->figures.item[i].name,
                      range.median, range.least, range.most);
    }
}

void repeats_to_json(const struct repeats *repeats, struct text *to) {
    json_key(to, "repeats");
    json_open(to, '[');
    for (size_t i = 0; i < repeats->wanted; i++) {
        const struct repeat *run = &repeats->run[i];
        json_open(to, '{');
        json_put_count(to, "seed", run->seed);
        json_put_count(to, "epochs", run->epochs);
        figures_to_json(&run->figures, to);
        json_close(to, '}');
    }
    json_close(to, ']');
}

bool repeats_save(const struct repeats *repeats, const char *path, struct error *err) {
    struct text csv = {0};
    char number[32];
    const struct figures *first = &repeats->run[0].figures;
    text_add(&csv, "seed,epochs");
    for (size_t i = 0; i < first->count; i++) text_format(&csv, ",%s", first->item[i].name);
    text_add(&csv, "\n");
    for (size_t r = 0; r < repeats->wanted; r++) {
        text_format(&csv, "%zu,%zu", repeats->run[r].seed, repeats->run[r].epochs);
        for (size_t i = 0; i < first->count; i++) {
            double value = figure_at(repeats, r, i);
            text_format(&csv, ",%s", isnan(value) ? "" : text_double(value, number));
        }
        text_add(&csv, "\n");
    }
    size_t length = csv.length;
    char *bytes = text_take(&csv, err);
    bool good = bytes != NULL && atomic_save(path, bytes, length, err);
    free(bytes);
    return good;
}
