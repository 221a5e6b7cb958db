#include "tools/texts_out.h"

#include <stdlib.h>
#include <string.h>

#include "files/atomic.h"
#include "tools/beside.h"
#include "tools/cli.h"

/* Texts of a block, that decoders of two threads are busy with. */
enum { BLOCK_TEXTS = 256, BLOCK_STEPS = 1 << 14 };

struct output {
    const struct texts_request *request;
    struct predictor *predictor;
    struct writer writer;
    struct atomic_file attention; /* open where the request names one */
    size_t *sample, *id;          /* scratch of a block, of a text */
};

static const struct schema *schema_of(const struct output *o) {
    return dataset_schema(o->predictor->data);
}

static const struct schema_column *target_of(const struct output *o) {
    return &schema_of(o)->column[schema_of(o)->target[0]];
}

/* ---- predictions ----------------------------------------------------------------------------- */

static void add_name(const struct output *o, const char *start, size_t number, struct text *to) {
    struct text name = {0};
    text_add(&name, start);
    if (number > 0) text_format(&name, "_%zu", number);
    beside_add_name(o->predictor->data, &name, to);
}

/* Lines are answered by lines, as they are, as long as nothing is to stand beside them. */
static bool prints_lines(const struct output *o) {
    bool pairs = o->predictor->checkpoint.config.data.pairs.count > 0;
    return pairs && o->request->top == 0 && !o->request->append;
}

static bool print_header(const struct output *o, struct error *err) {
    struct text to = {0};
    if (prints_lines(o)) return true;
    beside_header(o->predictor->data, o->request->append, &to);
    if (o->request->top == 0) add_name(o, target_of(o)->name, 0, &to);
    for (size_t k = 1; k <= o->request->top; k++) {
        if (k > 1) text_add(&to, ",");
        add_name(o, target_of(o)->name, k, &to);
        text_add(&to, ",");
        add_name(o, "score", k, &to);
    }
    text_add(&to, "\n");
    return cli_print_text(&to, err);
}

static void add_words(const struct output *o, const struct written *written, struct text *to) {
    struct text line = {0};
    writer_ids(&o->writer, written, o->id);
    for (size_t t = 0; t < written->length; t++)
        schema_add_token(target_of(o), o->id[t], t == 0, &line);
    if (prints_lines(o))
        text_add(to, line.bytes != NULL ? line.bytes : "");
    else
        text_add_csv(to, line.bytes != NULL ? line.bytes : "");
    to->failed |= line.failed;
    text_free(&line);
}

/* Of an empty line nothing is written. */
static const struct written *best_text(const struct output *o, size_t first, size_t i, size_t k) {
    bool blank = dataset_is_blank(o->predictor->data, first + i);
    return blank ? NULL : writer_text(&o->writer, i, k);
}

static void add_texts(const struct output *o, size_t first, size_t i, struct text *to) {
    char number[32];
    const struct written *best = best_text(o, first, i, 0);
    if (o->request->top == 0 && best != NULL) add_words(o, best, to);
    for (size_t k = 0; k < o->request->top; k++) {
        const struct written *written = best_text(o, first, i, k);
        if (k > 0) text_add(to, ",");
        if (written != NULL) add_words(o, written, to);
        text_add(to, ",");
        if (written != NULL) text_add(to, text_number(written->score, number));
    }
    text_add(to, "\n");
}

/* ---- attention ------------------------------------------------------------------------------- */

static void add_token(const struct schema_column *column, size_t id, struct text *to) {
    struct text token = {0};
    if (id != ID_END) schema_add_token(column, id, true, &token);
    text_add_csv(to, token.bytes != NULL ? token.bytes : "");
    to->failed |= token.failed;
    text_free(&token);
}

/* A step of the best text of the i-th sample of the block. */
static void add_look(const struct output *o, size_t sample, size_t i, size_t step,
                     struct text *to) {
    const struct engine *e = &o->predictor->engine;
    const struct written *written = writer_text(&o->writer, i, 0);
    const struct schema_column *input = &schema_of(o)->column[schema_of(o)->input[0]];
    const real *weight = writer_look(&o->writer, written, step);
    bool reversed = o->predictor->checkpoint.config.data.reverse_input != 0;
    size_t row = o->writer.sample_row[i], count = e->batch.steps.length[row];
    for (size_t s = 0; s < count; s++) {
        size_t at = reversed ? count - 1 - s : s;
        char number[32];
        text_format(to, "%zu,%zu,", sample + 1, step + 1);
        add_token(target_of(o), step < written->length ? o->id[step] : ID_END, to);
        text_format(to, ",%zu,", s + 1);
        add_token(input, (size_t)e->batch.x[e->batch.steps.offset[at] + row], to);
        text_format(to, ",%s\n", text_number((double)weight[at], number));
    }
}

static bool write_looks(struct output *o, size_t first, size_t count, struct error *err) {
    struct text to = {0};
    for (size_t i = 0; i < count; i++) {
        const struct written *written = best_text(o, first, i, 0);
        if (written == NULL) continue;
        writer_ids(&o->writer, written, o->id);
        for (size_t t = 0; t < written->length + written->ended; t++)
            add_look(o, first + i, i, t, &to);
    }
    char *bytes = text_take(&to, err);
    bool good = bytes != NULL && atomic_write(&o->attention, bytes, strlen(bytes), err);
    free(bytes);
    return good;
}

/* ---- the run --------------------------------------------------------------------------------- */

static bool check(const struct output *o, size_t *beam, struct error *err) {
    const struct texts_request *request = o->request;
    if (!schema_writes(schema_of(o)))
        return error_set(err, ERROR_CONFIG,
                         "--%s: the model writes no texts; it has no encoder and decoder",
                         request->attention != NULL ? "attention" : "beam");
    *beam = request->beam > 0 ? request->beam : request->top > 0 ? request->top : 1;
    if (*beam >= request->top) return true;
    return error_set(err, ERROR_CONFIG, "--top-k %zu needs a --beam of at least as many, got %zu",
                     request->top, *beam);
}

size_t texts_block(const struct dataset *data, size_t beam) {
    struct batch_shape shape = {0};
    dataset_shape(data, &shape);
    size_t steps = shape.steps > shape.decoder_steps ? shape.steps : shape.decoder_steps;
    size_t rows = BLOCK_STEPS / (steps > 0 ? steps : 1);
    if (rows > BLOCK_TEXTS) rows = BLOCK_TEXTS;
    return rows > beam ? rows / beam : 1;
}

static bool start(struct output *o, struct error *err) {
    const struct texts_request *request = o->request;
    struct engine *engine = &o->predictor->engine;
    if (!check(o, &engine->beam, err) ||
        !predictor_plan(o->predictor, request->isa, request->threads,
                        texts_block(o->predictor->data, engine->beam), err))
        return false;
    writer_plan(&o->writer, engine, request->attention != NULL);
    if (request->attention != NULL && o->writer.attention == NULL)
        return error_set(err, ERROR_CONFIG, "--attention: the decoder has no attention layer");
    plan_want(&engine->plan, &o->sample, engine->batch_size, sizeof *o->sample);
    plan_want(&engine->plan, &o->id, o->writer.longest, sizeof *o->id);
    return predictor_start(o->predictor, err);
}

static bool print_block(struct output *o, size_t first, size_t count, struct error *err) {
    struct text to = {0};
    for (size_t i = 0; i < count; i++) o->sample[i] = first + i;
    writer_write(&o->writer, PART_TRAIN, o->sample, count);
    for (size_t i = 0; i < count; i++) {
        beside_row(o->predictor->data, o->request->append,
                   dataset_row(o->predictor->data, PART_TRAIN, first + i, 0), &to);
        add_texts(o, first, i, &to);
    }
    return cli_print_text(&to, err) &&
           (o->request->attention == NULL || write_looks(o, first, count, err));
}

static bool print_all(struct output *o, struct error *err) {
    size_t all = dataset_count(o->predictor->data, PART_TRAIN);
    size_t block = o->predictor->engine.batch_size;
    for (size_t first = 0; first < all; first += block)
        if (!print_block(o, first, all - first < block ? all - first : block, err)) return false;
    return true;
}

static bool print_with_attention(struct output *o, struct error *err) {
    static const char header[] = "sample,step,output,input_step,input,weight\n";
    if (!atomic_begin(&o->attention, o->request->attention, err)) return false;
    if (atomic_write(&o->attention, header, strlen(header), err) && print_all(o, err))
        return atomic_commit(&o->attention, err);
    atomic_abort(&o->attention);
    return false;
}

bool texts_print(struct predictor *predictor, const struct texts_request *request,
                 struct error *err) {
    struct output o = {.request = request, .predictor = predictor};
    if (!start(&o, err) || !print_header(&o, err)) return false;
    return request->attention != NULL ? print_with_attention(&o, err) : print_all(&o, err);
}
