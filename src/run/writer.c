#include "run/writer.h"

#include <math.h>
#include <string.h>

#include "base/elementary.h"
#include "layers/layers.h"
#include "model/handover.h"

/* ---- memory ---------------------------------------------------------------------------------- */

static const struct layer *find_attention(const struct model *model) {
    for (size_t i = model->encoder; i < model->layers; i++)
        if (model->layer[i].ops->attends) return &model->layer[i];
    return NULL;
}

void writer_plan(struct writer *w, struct engine *e, bool attention) {
    struct plan *plan = &e->plan;
    size_t batch = e->batch_size, beam = e->beam, rows = 0, nodes = 0;
    const struct schema *schema = dataset_schema(e->data);
    *w = (struct writer){.engine = e, .beam = beam};
    /* Twice the longest that was trained on. */
    w->longest = 2 * schema->column[schema->target[0]].longest + 1;
    if (__builtin_mul_overflow(batch, beam, &rows) ||
        __builtin_mul_overflow(rows, w->longest, &nodes))
        plan->failed = true;
    plan_want(plan, &w->live, rows, sizeof *w->live);
    plan_want(plan, &w->next, rows, sizeof *w->next);
    plan_want(plan, &w->done, rows, sizeof *w->done);
    plan_want(plan, &w->live_count, batch, sizeof *w->live_count);
    plan_want(plan, &w->done_count, batch, sizeof *w->done_count);
    plan_want(plan, &w->sample_row, batch, sizeof *w->sample_row);
    plan_want(plan, &w->taken, rows, sizeof *w->taken);
    plan_want(plan, &w->node, nodes, sizeof *w->node);
    plan_want(plan, &w->nodes, batch, sizeof *w->nodes);
    plan_want(plan, &w->chosen, rows, sizeof *w->chosen);
    plan_want(plan, &w->ended, rows, sizeof *w->ended);
    w->attention = attention ? find_attention(&e->model) : NULL;
    if (w->attention != NULL)
        plan_want(plan, &w->look, nodes, e->model.memory.longest * sizeof *w->look);
    plan_want(plan, &w->likely, rows, beam * sizeof *w->likely);
    plan_want(plan, &w->likely_id, rows, beam * sizeof *w->likely_id);
    plan_want(plan, &w->end, rows, sizeof *w->end);
    plan_want(plan, &w->steps.active, 1, sizeof *w->steps.active);
    plan_want(plan, &w->steps.offset, 2, sizeof *w->steps.offset);
    plan_want(plan, &w->steps.length, rows, sizeof *w->steps.length);
    plan_want(plan, &w->steps.origin, rows, sizeof *w->steps.origin);
}

/* ---- one step of all texts ------------------------------------------------------------------- */

/* Rows of one step each. */
static void set_steps(struct steps *steps, size_t rows) {
    steps->rows = steps->total = rows;
    steps->count = 1;
    steps->active[0] = rows;
    steps->offset[0] = 0;
    steps->offset[1] = rows;
    for (size_t r = 0; r < rows; r++) {
        steps->length[r] = 1;
        steps->origin[r] = r;
    }
}

/* What makes log probabilities of a row of logits: subtract it. Where the likeliest has its
 * probability beside it, that tells: one logarithm is cheaper than many exponentials. */
static double log_total(const real *logit, const real *probability, size_t width) {
    size_t best = 0;
    double total = 0;
    for (size_t c = 1; c < width; c++)
        if (logit[c] > logit[best]) best = c;
    double largest = (double)logit[best];
    if (probability != NULL) return largest - exact_log((double)probability[best]);
    for (size_t c = 0; c < width; c++) total += exact_exp((double)logit[c] - largest);
    return largest + exact_log(total);
}

/* The likeliest words of a row, in order; of equal ones the first. */
static void rank_words(struct writer *w, size_t row, size_t width) {
    const struct model *model = &w->engine->model;
    const real *output = model_logits(model) + row * width, *given = NULL;
    if (model_output(model) != model_logits(model)) given = model_output(model) + row * width;
    double *likely = w->likely + row * w->beam;
    size_t *id = w->likely_id + row * w->beam, count = 0;
    bool logits = w->engine->loss.logits;
    double total = logits ? log_total(output, given, width) : 0;
    w->end[row] = logits ? (double)output[ID_END] - total : exact_log((double)output[ID_END]);
    for (size_t c = ID_FIRST; c < width; c++) {
        double value = (double)output[c];
        if (count == w->beam && !(value > likely[count - 1])) continue;
        size_t at = count < w->beam ? count++ : count - 1;
        for (; at > 0 && value > likely[at - 1]; at--) {
            likely[at] = likely[at - 1];
            id[at] = id[at - 1];
        }
        likely[at] = value;
        id[at] = c;
    }
    for (size_t k = 0; k < w->beam; k++)
        likely[k] = k >= count ? -INFINITY : logits ? likely[k] - total : exact_log(likely[k]);
}

/* The texts of one thread: each size-th sample, whose texts have rows of their own from `first` on, so
 * that no thread waits for another. */
struct share {
    struct writer *writer;
    size_t member, size;
    size_t first, rows; /* rows in use now */
};

static struct share take_share(struct writer *w, size_t member, size_t size) {
    size_t count = w->engine->model.memory.steps->rows;
    size_t before = count / size * member + (count % size < member ? count % size : member);
    return (struct share){w, member, size, before * w->beam, 0};
}

/* The rows of a step, through the decoder. */
static void step(const struct share *share) {
    struct writer *w = share->writer;
    struct engine *e = w->engine;
    const struct pass pass = {
        .kernels = e->kernels, .steps = &w->steps, .parameters = e->model.weights, .seed = e->seed};
    size_t end = share->first + share->rows;
    model_forward(&e->model, &pass, share->first, end);
    for (size_t r = share->first; r < end; r++) rank_words(w, r, e->model.outputs);
}

/* The states that the texts have come to: the encoder's at first. */
static void take_states(const struct share *share, bool begins) {
    struct writer *w = share->writer;
    const struct model *model = &w->engine->model;
    for (size_t i = 0; i < model->handovers; i++) {
        const struct handover *pair = &model->handover[i];
        const struct layer *from = begins ? pair->from : pair->to;
        size_t rows = begins ? model->memory.steps->rows : w->steps.rows;
        handover_states(pair->to, from->state.last, rows, w->taken, (real *)pair->to->state.first,
                        w->steps.rows, share->first, share->first + share->rows);
    }
}

/* The words that the texts end with so far. */
static void feed(struct share *share, bool begins) {
    struct writer *w = share->writer;
    struct model *model = &w->engine->model;
    size_t row = share->first;
    for (size_t q = share->member; q < model->memory.steps->rows; q += share->size)
        for (size_t k = 0; k < w->live_count[q]; k++, row++) {
            struct written *text = &w->live[q * w->beam + k];
            w->engine->decoder.x[row] = begins ? (real)ID_START : (real)w->node[text->node].id;
            w->taken[row] = begins ? q : text->row;
            model->encoder_row[row] = q;
            text->row = row;
        }
    share->rows = row - share->first;
    take_states(share, begins);
}

/* ---- which texts go on ----------------------------------------------------------------------- */

static void finish(struct writer *w, size_t q, struct written text, double steps) {
    struct written *done = w->done + q * w->beam;
    size_t at = w->done_count[q]++;
    text.score = text.log_probability / steps;
    for (; at > 0 && text.score > done[at - 1].score; at--) done[at] = done[at - 1];
    done[at] = text;
}

/* The best way on among those not taken yet: text k, and its place among the text's likeliest words,
 * `beam` for its end. */
struct choice {
    size_t text, word;
    double log_probability;
};

static struct choice best_choice(const struct writer *w, size_t q, const size_t *next,
                                 const bool *ended) {
    struct choice best = {SIZE_MAX, 0, -INFINITY};
    for (size_t k = 0; k < w->live_count[q]; k++) {
        const struct written *text = &w->live[q * w->beam + k];
        double end = text->log_probability + w->end[text->row];
        if (!ended[k] && end > best.log_probability) best = (struct choice){k, w->beam, end};
        if (next[k] == w->beam) continue;
        double word = text->log_probability + w->likely[text->row * w->beam + next[k]];
        if (word > best.log_probability) best = (struct choice){k, next[k], word};
    }
    return best;
}

/* The text with a word more, or its end. */
static struct written go_on(struct writer *w, size_t q, const struct written *text,
                            struct choice choice) {
    bool ends = choice.word == w->beam;
    size_t node = q * w->beam * w->longest + w->nodes[q]++, id = ID_END;
    size_t steps = w->engine->model.memory.longest;
    if (!ends) id = w->likely_id[text->row * w->beam + choice.word];
    w->node[node] = (struct written_node){text->node, id};
    if (w->attention != NULL)
        memcpy(w->look + node * steps, attention_weights(w->attention, text->row),
               steps * sizeof *w->look);
    return (struct written){.log_probability = choice.log_probability,
                            .node = node,
                            .length = text->length + !ends,
                            .ended = ends,
                            .row = text->row};
}

/* From the texts of a sample to those one word longer. */
static void choose(struct writer *w, size_t q) {
    struct written *live = w->live + q * w->beam, *next = w->next + q * w->beam;
    size_t room = w->beam - w->done_count[q], count = 0;
    size_t *word = w->chosen + q * w->beam;
    bool *ended = w->ended + q * w->beam;
    memset(word, 0, w->beam * sizeof *word);
    memset(ended, 0, w->beam * sizeof *ended);
    for (; room > 0; room--) {
        struct choice choice = best_choice(w, q, word, ended);
        if (choice.text == SIZE_MAX) break;
        struct written text = go_on(w, q, &live[choice.text], choice);
        if (text.ended) {
            ended[choice.text] = true;
            finish(w, q, text, (double)text.length + 1);
        } else {
            word[choice.text]++;
            next[count++] = text;
        }
    }
    memcpy(live, next, count * sizeof *live);
    w->live_count[q] = count;
}

/* A text that has not ended is cut. */
static void cut(struct writer *w, size_t q) {
    for (size_t k = 0; k < w->live_count[q]; k++)
        finish(w, q, w->live[q * w->beam + k], (double)w->longest);
    w->live_count[q] = 0;
}

/* ---- texts ----------------------------------------------------------------------------------- */

static void begin(struct writer *w, size_t count) {
    struct model *model = &w->engine->model;
    for (size_t q = 0; q < count; q++) {
        w->sample_row[w->engine->batch.steps.origin[q]] = q;
        w->live[q * w->beam] = (struct written){.node = SIZE_MAX};
        w->live_count[q] = 1;
        w->done_count[q] = w->nodes[q] = 0;
    }
    set_steps(&w->steps, count * w->beam);
    for (size_t i = model->encoder; i < model->layers; i++) model->layer[i].steps = &w->steps;
}

static void work_share(void *context, size_t member, size_t size) {
    struct writer *w = context;
    struct share share = take_share(w, member, size);
    size_t count = w->engine->model.memory.steps->rows;
    for (size_t t = 0; t < w->longest; t++) {
        feed(&share, t == 0);
        if (share.rows == 0) break;
        step(&share);
        for (size_t q = member; q < count; q += size) choose(w, q);
    }
    for (size_t q = member; q < count; q += size) cut(w, q);
}

void writer_write(struct writer *w, enum part part, const size_t *sample, size_t count) {
    engine_encode(w->engine, part, sample, count);
    begin(w, count);
    team_run(w->engine->team, work_share, w);
}

const struct written *writer_text(const struct writer *w, size_t i, size_t k) {
    size_t q = w->sample_row[i];
    return k < w->done_count[q] ? &w->done[q * w->beam + k] : NULL;
}

void writer_ids(const struct writer *w, const struct written *text, size_t *id) {
    size_t node = text->ended ? w->node[text->node].before : text->node;
    for (size_t t = text->length; t-- > 0; node = w->node[node].before) id[t] = w->node[node].id;
}

const real *writer_look(const struct writer *w, const struct written *text, size_t t) {
    size_t node = text->node;
    for (size_t at = text->ended ? text->length : text->length - 1; at > t; at--)
        node = w->node[node].before;
    return w->look + node * w->engine->model.memory.longest;
}
