/* reverse and addition: digit strings in, digit strings out.
 *
 * As pairs a row has the two texts of a sample. As steps a sample is a sequence, one symbol of the
 * question a row, filled up with _; the last rows have the answer, filled up likewise, for a model
 * that reads all and then writes as many steps (repeat_vector). Addition of two numbers of up to 3
 * digits as steps is the data of Keras' example addition_rnn: numbers are made of 1 to `digits` random
 * digits, no two samples have the same pair, and questions may be written backwards. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/dictionary.h"
#include "data/generate_tasks.h"

enum { FORM_PAIRS, FORM_STEPS };
static const char *const forms[] = {"pairs", "steps", NULL};

/* Digits of a number that fits in 64 bits, sum included, and of a string. */
enum { DIGITS_MOST = 18, STRING_MOST = 200, TEXT_MOST = STRING_MOST + 1 };

#define FORM                                                                                       \
    {                                                                                              \
        .key = "form", .type = PARAM_CHOICE, .offset = offsetof(struct digits_settings, form),     \
        .preset = "pairs", .choices = forms,                                                       \
        .help = "columns question and answer, two texts a row for an encoder and a decoder; or "   \
                "columns id, symbol and answer, one symbol a row, the answer beside the last rows" \
                " of its sequence"                                                                 \
    }

const struct param reverse_params[] = {
    GENERATE_SAMPLES(struct digits_settings, "10000", "questions to make"),
    GENERATE_COUNT(struct digits_settings, digits, "5", 1, STRING_MOST,
                   "digits of a question: as many as steps, up to as many in pairs"),
    FORM,
    {.key = NULL},
};

const struct param addition_params[] = {
    GENERATE_SAMPLES(struct digits_settings, "50000", "questions to make, all different"),
    GENERATE_COUNT(struct digits_settings, digits, "3", 1, DIGITS_MOST,
                   "most digits of each of the two numbers"),
    FORM,
    {.key = "reversed",
     .type = PARAM_BOOL,
     .offset = offsetof(struct digits_settings, reversed),
     .preset = "false",
     .help = "write questions backwards, so that their last digits come first"},
    {.key = NULL},
};

static void pair_keys(struct text *lines) {
    text_add(lines, "inputs=question\ntargets=answer\ncolumns.question={type: text}\n"
                    "columns.answer={type: text}\n");
}

static void step_keys(struct text *lines) {
    text_add(lines, "sequence_id=id\ntargets=answer\ntarget_per=step\n"
                    "columns.symbol=category\ncolumns.answer=category\n");
}

static void reverse_keys(const void *of, struct text *lines) {
    const struct digits_settings *settings = of;
    if (settings->form == FORM_STEPS)
        step_keys(lines);
    else
        pair_keys(lines);
}

static void addition_keys(const void *of, struct text *lines) {
    const struct digits_settings *settings = of;
    if (settings->form == FORM_STEPS) {
        step_keys(lines);
        text_format(lines, "target_steps=%zu\n", settings->digits + 1);
    } else
        pair_keys(lines);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void write_header(const struct digits_settings *settings, struct text *csv) {
    text_add(csv, settings->form == FORM_STEPS ? "id,symbol,answer\n" : "question,answer\n");
}

static void reverse_text(char *text) {
    for (size_t i = 0, length = strlen(text); i < length / 2; i++) {
        char kept = text[i];
        text[i] = text[length - 1 - i];
        text[length - 1 - i] = kept;
    }
}

/* Both texts, filled up to `steps` and to `written` symbols. */
static void write_steps(size_t sample, const char *question, size_t steps, const char *answer,
                        size_t written, struct text *csv) {
    size_t asked = strlen(question), answered = strlen(answer);
    for (size_t t = 0; t < steps; t++) {
        size_t place = t + written - steps; /* wraps before the answer */
        text_format(csv, "%zu,%c,%c\n", sample + 1, t < asked ? question[t] : '_',
                    place < answered ? answer[place] : '_');
    }
}

/* ---- reverse --------------------------------------------------------------------------------- */

static bool write_reverse(const void *of, uint64_t seed, struct text *csv, struct error *err) {
    const struct digits_settings *settings = of;
    struct random_stream stream = generate_stream(seed);
    size_t digits = settings->digits;
    (void)err;
    write_header(settings, csv);
    for (size_t i = 0; i < settings->samples; i++) {
        char question[TEXT_MOST], answer[TEXT_MOST];
        size_t length = digits;
        if (settings->form == FORM_PAIRS) length = 1 + generate_draw(stream, i, 0, digits);
        for (size_t d = 0; d < length; d++)
            question[d] = (char)('0' + generate_draw(stream, i, 1 + d, 10));
        question[length] = '\0';
        memcpy(answer, question, length + 1);
        reverse_text(answer);
        if (settings->form == FORM_STEPS)
            write_steps(i, question, digits, answer, digits, csv);
        else
            text_format(csv, "%s,%s\n", question, answer);
    }
    return true;
}

/* ---- addition -------------------------------------------------------------------------------- */

/* A number of 1 to `digits` digits, each drawn: they may begin with 0. */
static uint64_t draw_number(struct random_stream stream, uint64_t draw, uint64_t which,
                            size_t digits) {
    uint64_t place = which * (DIGITS_MOST + 1), number = 0;
    size_t length = 1 + generate_draw(stream, draw, place, digits);
    for (size_t d = 1; d <= length; d++)
        number = number * 10 + generate_draw(stream, draw, place + d, 10);
    return number;
}

/* Note a pair, whichever of the two stands first; *fresh tells whether it is the first time. */
static bool note_pair(struct dictionary *seen, uint64_t a, uint64_t b, bool *fresh,
                      struct error *err) {
    char pair[64];
    size_t number, before = seen->count;
    int length = snprintf(pair, sizeof pair, "%" PRIu64 " %" PRIu64, a < b ? a : b, a < b ? b : a);
    if (!dictionary_add(seen, pair, (size_t)length, &number, err)) return false;
    *fresh = number == before;
    return true;
}

static void write_sum(const struct digits_settings *settings, size_t sample, uint64_t a, uint64_t b,
                      struct text *csv) {
    char question[TEXT_MOST], answer[TEXT_MOST];
    size_t steps = 2 * settings->digits + 1;
    int length = snprintf(question, sizeof question, "%" PRIu64 "+%" PRIu64, a, b);
    (void)snprintf(answer, sizeof answer, "%" PRIu64, a + b);
    if (settings->form == FORM_STEPS) {
        memset(question + length, '_', steps - (size_t)length);
        question[steps] = '\0';
    }
    if (settings->reversed) reverse_text(question);
    if (settings->form == FORM_STEPS)
        write_steps(sample, question, steps, answer, settings->digits + 1, csv);
    else
        text_format(csv, "%s,%s\n", question, answer);
}

/* No more than half of all pairs, so that new ones are soon found. */
static bool check_samples(const struct digits_settings *settings, struct error *err) {
    double numbers = 1, pairs;
    for (size_t d = 0; d < settings->digits; d++) numbers *= 10;
    pairs = numbers * (numbers + 1) / 2;
    if ((double)settings->samples <= pairs / 2) return true;
    return error_set(
        err, ERROR_CONFIG,
        "data.generate.samples: expected at most %.0f, half of all the sums of numbers "
        "of up to %zu digit%s, got %zu",
        floor(pairs / 2), settings->digits, text_plural(settings->digits), settings->samples);
}

static bool write_addition(const void *of, uint64_t seed, struct text *csv, struct error *err) {
    const struct digits_settings *settings = of;
    struct random_stream stream = generate_stream(seed);
    struct dictionary seen = {0};
    bool good = check_samples(settings, err), fresh = false;
    write_header(settings, csv);
    for (uint64_t draw = 0; good && seen.count < settings->samples; draw++) {
        uint64_t a = draw_number(stream, draw, 0, settings->digits);
        uint64_t b = draw_number(stream, draw, 1, settings->digits);
        good = note_pair(&seen, a, b, &fresh, err);
        if (good && fresh) write_sum(settings, seen.count - 1, a, b, csv);
    }
    dictionary_free(&seen);
    return good;
}

const struct task reverse_task = {reverse_keys, write_reverse};
const struct task addition_task = {addition_keys, write_addition};
