/* Beam search with room for every text is exhaustive search: all texts over two letters, up to where
 * they are cut, with the scores that the decoder gives when it is fed them. */
#include "run/writer.h"
#include "tools/predictor.h"
#include "training_run.h"

enum { LONGEST = 2, CUT = 2 * LONGEST + 1, TEXTS = 62, BEAM = 64, CLASSES = 4 };

static const char yaml[] = "seed: 3\n"
                           "data: {csv: train.csv, validation: all.csv, inputs: x, targets: y,\n"
                           "  columns: {x: {type: text}, y: {type: text}}}\n"
                           "model:\n"
                           "  encoder: [embedding: {output_dim: 3}, lstm: 4]\n"
                           "  decoder:\n"
                           "    - embedding: {output_dim: 3}\n"
                           "    - lstm: 4\n"
                           "    - attention: additive\n"
                           "    - dense: {units: 4, activation: softmax}\n";

struct answer {
    char text[CUT + 1];
    double score;
};

/* Number i of all texts of 1 to CUT letters. */
static void name_text(size_t i, char *to) {
    size_t length = 1, count = 2;
    for (; i >= count; length++, count *= 2) i -= count;
    for (size_t t = 0; t < length; t++) to[t] = (i >> t & 1) != 0 ? 'b' : 'a';
    to[length] = '\0';
}

/* All texts for one input, then for another of another length. */
static int write_data(void **state) {
    if (enter_folder(state) != 0) return 1;
    char csv[2 * TEXTS * 16] = "x,y\n", name[CUT + 1];
    for (size_t i = 0; i < 2 * TEXTS; i++) {
        name_text(i % TEXTS, name);
        (void)snprintf(csv + strlen(csv), sizeof csv - strlen(csv), "%s,%s\n",
                       i < TEXTS ? "bca" : "ab", name);
    }
    write_text("all.csv", csv);
    write_text("train.csv", "x,y\nabc,ab\nb,b\nb,a\nbca,a\n");
    return 0;
}

static int by_score(const void *a, const void *b) {
    const struct answer *x = a, *y = b;
    return x->score > y->score ? -1 : x->score < y->score;
}

/* The letter that a class stands for; the end and the unknown are before them. */
static size_t class_of(const struct predictor *p, char letter) {
    const struct schema_column *y = &p->checkpoint.schema.column[1];
    for (size_t c = 0; c < y->categories; c++)
        if (y->category[c][0] == letter) return c + ID_FIRST;
    fail_msg("no letter %c", letter);
    return 0;
}

/* The mean log probability of the steps of a text that row r of the batch was fed. */
static double score(const struct predictor *p, size_t r, const char *text) {
    const struct engine *e = &p->engine;
    const struct steps *steps = &e->decoder.steps;
    size_t length = strlen(text), count = length < CUT ? length + 1 : CUT;
    double sum = 0;
    assert_int_equal(steps->length[r], length + 1);
    for (size_t t = 0; t < count; t++) {
        size_t class = t < length ? class_of(p, text[t]) : ID_END;
        sum += log((double)model_output(&e->model)[(steps->offset[t] + r) * CLASSES + class]);
    }
    return sum / (double)count;
}

/* All texts with their scores, the best first. */
static void score_all(struct predictor *p, size_t input, struct answer *answer) {
    size_t sample[TEXTS];
    struct engine *e = &p->engine;
    for (size_t i = 0; i < TEXTS; i++) sample[i] = input * TEXTS + i;
    engine_evaluate(e, PART_VALIDATION, sample, TEXTS, NULL);
    for (size_t r = 0; r < TEXTS; r++) {
        name_text(e->decoder.sample[r] % TEXTS, answer[r].text);
        answer[r].score = score(p, r, answer[r].text);
    }
    qsort(answer, TEXTS, sizeof *answer, by_score);
}

static void open(struct predictor *p) {
    struct training_run run;
    run_open(&run, yaml, NULL, false);
    struct model *model = &run.training.trainer.engine.model;
    for (size_t i = 0; i < model->size; i++)
        model->weights[i] = (real)(1.5 * sin(1.7 * (double)(i * i % 211)));
    run_save(&run, "m.ckpt");
    run_close(&run);
    CHECK(predictor_open(p, "m.ckpt", err));
    CHECK(predictor_open_data(p, NULL, err));
    p->engine.beam = BEAM;
    CHECK(predictor_plan(p, "auto", 2, TEXTS, err));
}

/* The written texts in their order, but the empty one, which cannot be fed. */
static void compare(const struct predictor *p, const struct writer *w, size_t i,
                    const struct answer *answer) {
    const struct schema_column *y = &p->checkpoint.schema.column[1];
    size_t id[CUT], found = 0;
    for (size_t k = 0; k < TEXTS + 1; k++) {
        const struct written *text = writer_text(w, i, k);
        char name[CUT + 1] = "";
        assert_non_null(text);
        writer_ids(w, text, id);
        for (size_t t = 0; t < text->length; t++) name[t] = y->category[id[t] - ID_FIRST][0];
        if (name[0] == '\0') continue;
        assert_string_equal(name, answer[found].text);
        assert_true(fabs(text->score - answer[found++].score) < 1e-5);
    }
    assert_int_equal(found, TEXTS);
    assert_null(writer_text(w, i, TEXTS + 1));
}

static void beam_is_exhaustive(void **state) {
    struct predictor p;
    struct writer writer;
    struct answer answer[TEXTS];
    (void)state;
    open(&p);
    writer_plan(&writer, &p.engine, true);
    CHECK(predictor_start(&p, err));
    for (size_t input = 0; input < 2; input++) {
        const size_t sample[] = {(1 - input) * TEXTS, input * TEXTS, input * TEXTS + 7};
        score_all(&p, input, answer);
        writer_write(&writer, PART_VALIDATION, sample, 3);
        compare(&p, &writer, 1, answer);
        compare(&p, &writer, 2, answer);
    }
    predictor_close(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(beam_is_exhaustive)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, write_data, leave_folder);
}
