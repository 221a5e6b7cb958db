#include "data/deal.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"

static size_t held_back(const struct param_part *part, size_t n) {
    if (part->form == PART_ROWS) return part->rows;
    if (part->form != PART_FRACTION) return 0;
    return n - (size_t)floor((double)n * (1 - part->fraction));
}

static void set_fold(struct deal *deal, size_t folds, size_t fold) {
    size_t n = deal->test, before = fold - 1;
    if (deal->past_only) {
        size_t length = n / (folds + 1);
        deal->validation = n - (folds - before) * length;
        deal->validation_end = deal->validation + length;
        return;
    }
    size_t length = n / folds, longer = n % folds;
    deal->validation = before * length + (before < longer ? before : longer);
    deal->validation_end = deal->validation + length + (before < longer);
}

bool deal_start(struct deal *deal, const struct data_options *options,
                const struct data_request *request, size_t n, bool past_only, const char *file,
                const char *things, struct error *err) {
    size_t folds = options->cross_validation;
    size_t test = held_back(&options->test, n);
    size_t validation = request->fold > 0 ? 0 : held_back(&options->validation, n);
    if (test >= n || validation >= n - test)
        return error_set(err, ERROR_DATA,
                         "%s: data.validation and data.test take %zu and %zu of %zu %s; nothing is "
                         "left to train on",
                         file, validation, test, n, things);
    *deal = (struct deal){.count = n,
                          .validation = n - test - validation,
                          .validation_end = n - test,
                          .test = n - test,
                          .gap = options->split_gap,
                          .past_only = past_only && request->fold > 0};
    if (request->fold == 0) return true;
    if (deal->test < folds + deal->past_only)
        return error_set(err, ERROR_DATA, "%s: %zu %s do not make %zu folds", file, deal->test,
                         things, folds);
    set_fold(deal, folds, request->fold);
    return true;
}

enum part deal_part(const struct deal *deal, size_t position) {
    if (position >= deal->test) return PART_TEST;
    if (deal->test < deal->count && deal->test - position <= deal->gap) return PART_NONE;
    if (position >= deal->validation_end)
        return deal->past_only || position - deal->validation_end < deal->gap ? PART_NONE
                                                                              : PART_TRAIN;
    if (position >= deal->validation) return PART_VALIDATION;
    bool seam = deal->validation < deal->validation_end && deal->validation - position <= deal->gap;
    return seam ? PART_NONE : PART_TRAIN;
}

/* ---- orders that are drawn ------------------------------------------------------------------- */

/* A thing and how far along its class it stands, in 0..1. */
struct place_in_class {
    double along;
    size_t drawn, thing;
};

static int by_place(const void *a, const void *b) {
    const struct place_in_class *x = a, *y = b;
    if (x->along != y->along) return x->along < y->along ? -1 : 1;
    return x->drawn < y->drawn ? -1 : x->drawn > y->drawn;
}

/* The members of each class, in the order drawn, spread evenly from first to last. */
static bool spread_classes(size_t *order, size_t count, const size_t *stratum, struct error *err) {
    size_t classes = 0;
    for (size_t i = 0; i < count; i++)
        if (stratum[i] >= classes) classes = stratum[i] + 1;
    struct place_in_class *place = memory_take(count, sizeof *place, "a split by class", err);
    size_t *members = memory_take(2 * classes, sizeof *members, "a split by class", err);
    bool ok = place != NULL && members != NULL;
    for (size_t i = 0; ok && i < count; i++) members[stratum[i]]++;
    for (size_t i = 0; ok && i < count; i++) {
        size_t class = stratum[order[i]], before = members[classes + class]++;
        double along = ((double)before + 0.5) / (double)members[class];
        place[i] = (struct place_in_class){along, i, order[i]};
    }
    if (ok) qsort(place, count, sizeof *place, by_place);
    for (size_t i = 0; ok && i < count; i++) order[i] = place[i].thing;
    free(place);
    free(members);
    return ok;
}

size_t *deal_positions(size_t count, const size_t *stratum, uint64_t seed, struct error *err) {
    size_t *order = memory_take(count, sizeof *order, "a random split", err);
    size_t *position = memory_take(count, sizeof *position, "a random split", err);
    bool ok = order != NULL && position != NULL;
    if (ok) random_shuffle(random_stream(seed, RANDOM_SPLIT, 0), 0, order, count);
    ok = ok && (stratum == NULL || spread_classes(order, count, stratum, err));
    for (size_t i = 0; ok && i < count; i++) position[order[i]] = i;
    free(order);
    if (ok) return position;
    free(position);
    return NULL;
}
