/* safetensors and gzip: files come back as they were written, and no damaged or hostile one is
 * taken for a whole one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"

#include "base/text.h"
#include "files/gzip.h"
#include "files/safetensors.h"
#include "files/whole.h"

static struct error err;

/* ---- a file built by hand -------------------------------------------------------------------- */

static const char two_header[] = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                                 "\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}}";
static const char two_data[] = "\0\0\x80\x3f\0\0\0\xc0\0\0\0\x3f"; /* 1, -2, 0.5 */

/* A plain file of a header and data, as the format says; the length may lie. */
static struct text plain_file(const char *header, const char *data, size_t data_length) {
    struct text file = {0};
    size_t length = strlen(header);
    for (int i = 0; i < 8; i++) text_add_bytes(&file, &(char){(char)(length >> 8 * i & 255)}, 1);
    text_add(&file, header);
    text_add_bytes(&file, data, data_length);
    return file;
}

static bool to_text(void *context, const void *bytes, size_t length, struct error *error) {
    (void)error;
    text_add_bytes(context, bytes, length);
    return true;
}

static struct text compressed(const struct text *plain) {
    struct text file = {0};
    struct gzip_writer writer;
    assert_true(gzip_begin(&writer, 9, to_text, &file, &err));
    bool ok = gzip_write(&writer, plain->bytes, plain->length, &err);
    assert_true(gzip_end(&writer, ok, &err));
    return file;
}

static bool parse(struct tensor_file *file, const char *bytes, size_t length,
                  enum tensor_accept accept) {
    char *exact = malloc(length > 0 ? length : 1); /* no byte beyond: a sanitizer watches */
    memcpy(exact, bytes, length);
    bool ok = tensor_file_parse(file, exact, length, "m", accept, &err);
    free(exact);
    if (!ok) assert_null(file->tensor);
    return ok;
}

/* Refused with this message, plain and compressed (where the message is the same). */
static void assert_refused(const char *header, size_t data_length, const char *message) {
    static const char zeros[64];
    struct tensor_file file;
    struct text plain = plain_file(header, zeros, data_length);
    struct text gzip = compressed(&plain);
    assert_false(parse(&file, plain.bytes, plain.length, TENSOR_ACCEPT_F32));
    assert_string_equal(err.text, message);
    assert_int_equal(err.kind, ERROR_CHECKPOINT);
    assert_false(parse(&file, gzip.bytes, gzip.length, TENSOR_ACCEPT_F32));
    assert_int_equal(err.kind, ERROR_CHECKPOINT);
    text_free(&plain);
    text_free(&gzip);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void assert_two(const struct tensor_file *file) {
    assert_int_equal(file->tensors, 2);
    const struct tensor *a = tensor_file_find(file, "a"), *b = tensor_file_find(file, "b");
    assert_int_equal(a->rank, 1);
    assert_int_equal(a->shape[0], 2);
    assert_int_equal(a->count, 2);
    assert_true(a->values[0] == 1 && a->values[1] == -2);
    assert_int_equal(b->rank, 0);
    assert_int_equal(b->count, 1);
    assert_true(tensor_value(b, 0) == 0.5);
    assert_null(tensor_file_find(file, "c"));
}

static void reads_plain_and_compressed(void **state) {
    (void)state;
    struct tensor_file file;
    struct text plain = plain_file(two_header, two_data, 12), gzip = compressed(&plain);
    assert_true(parse(&file, plain.bytes, plain.length, TENSOR_ACCEPT_F32));
    assert_two(&file);
    tensor_file_free(&file);
    assert_true(parse(&file, gzip.bytes, gzip.length, TENSOR_ACCEPT_F32));
    assert_two(&file);
    tensor_file_free(&file);
    text_free(&plain);
    text_free(&gzip);
}

static void reads_other_types_when_asked(void **state) {
    (void)state;
    static const char header[] = "{\"i\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                                 "\"d\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[4,12]}}";
    static const char data[] = "\xfe\xff\xff\xff\0\0\0\0\0\0\xe0\x3f"; /* -2, 0.5 */
    struct tensor_file file;
    struct text plain = plain_file(header, data, 12);
    assert_true(parse(&file, plain.bytes, plain.length, TENSOR_ACCEPT_ALL));
    assert_true(tensor_value(tensor_file_find(&file, "i"), 0) == -2);
    assert_true(tensor_value(tensor_file_find(&file, "d"), 0) == 0.5);
    assert_int_equal(tensor_file_find(&file, "d")->type, TENSOR_F64);
    assert_null(tensor_file_find(&file, "d")->values);
    tensor_file_free(&file);
    assert_false(parse(&file, plain.bytes, plain.length, TENSOR_ACCEPT_F32));
    assert_string_equal(err.text, "m: tensor \"i\" has dtype I32; expected F32");
    text_free(&plain);
}

/* A file that another program made, with all three types. */
static void reads_a_golden_file(void **state) {
    (void)state;
    static const char path[] = "tests/golden/vectors/edge_t1_b1_u1.safetensors";
    struct tensor_file file;
    assert_true(tensor_file_read(&file, path, TENSOR_ACCEPT_ALL, &err));
    const struct tensor *x = tensor_file_find(&file, "x");
    assert_int_equal(x->rank, 3);
    assert_true(x->values[0] == 0.355911106F);
    assert_int_equal(tensor_file_find(&file, "prediction")->type, TENSOR_F64);
    assert_true(fabs(tensor_value(tensor_file_find(&file, "prediction"), 0) - 0.271289864) < 1e-9);
    tensor_file_free(&file);
}

#define ONE(type, shape, offsets)                                                                  \
    "{\"W\":{\"dtype\":\"" type "\",\"shape\":" shape ",\"data_offsets\":" offsets "}}"

static void refuses_hostile_headers(void **state) {
    (void)state;
    static const struct {
        const char *header;
        size_t data;
        const char *message;
    } cases[] = {
        {ONE("F16", "[1]", "[0,4]"), 4, "m: tensor \"W\" has dtype F16; expected F32"},
        {ONE("F32", "[0]", "[0,0]"), 0,
         "m: tensor \"W\": invalid shape; extent 1 is not a whole number >= 1"},
        {ONE("F32", "[1,-1]", "[0,4]"), 4,
         "m: tensor \"W\": invalid shape; extent 2 is not a whole number >= 1"},
        {ONE("F32", "[1.0]", "[0,4]"), 4,
         "m: tensor \"W\": invalid shape; extent 1 is not a whole number >= 1"},
        {ONE("F32", "[1,1,1,1,1]", "[0,4]"), 4,
         "m: tensor \"W\": invalid shape; expected at most 4 extents"},
        {ONE("F32", "3", "[0,4]"), 4, "m: tensor \"W\": invalid shape; expected at most 4 extents"},
        {ONE("F32", "[4398046511105,4194304]", "[0,4]"), 4, "m: tensor \"W\": shape overflow"},
        {ONE("F32", "[4611686018427387904]", "[0,0]"), 0, "m: tensor \"W\": shape overflow"},
        {ONE("F32", "[1]", "[4,8]"), 8,
         "m: tensor \"W\": invalid offsets; it begins at 4, expected 0"},
        {ONE("F32", "[1]", "[0,8]"), 8,
         "m: tensor \"W\": invalid offsets; its shape takes 4 bytes, not 8"},
        {ONE("F32", "[1]", "[4,0]"), 4, "m: tensor \"W\": invalid offsets; expected [begin, end]"},
        {ONE("F32", "[1]", "[0]"), 4, "m: tensor \"W\": invalid offsets; expected [begin, end]"},
        {"{\"W\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}", 4,
         "m: tensor \"W\": expected dtype, shape and data_offsets"},
        {"{\"W\":[]}", 0, "m: tensor \"W\": expected dtype, shape and data_offsets"},
        {"{\"W\":{\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}", 4,
         "m: tensor \"W\" has no dtype"},
        {"{\"__metadata__\":{\"a\":1}}", 0, "m: __metadata__: \"a\" is not a string"},
        {"{\"__metadata__\":[]}", 0, "m: __metadata__ is not an object"},
        {"{\"a\":1,\"a\":2}", 0, "m: JSON byte 12: duplicate key \"a\""},
        {"{\"a\":1 \"b\":2}", 0, "m: JSON byte 8: found '\"', expected ',' or '}'"},
        {"[]", 0, "m: not a rnntrain checkpoint (neither gzip nor safetensors)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(cases[i].header, cases[i].data, cases[i].message);
}

static void refuses_overlap_and_hole(void **state) {
    (void)state;
#define TWO(offsets)                                                                               \
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"                             \
    "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":" offsets "}}"
    assert_refused(TWO("[4,8]"), 8, "m: tensor \"b\": invalid offsets; it begins at 4, expected 8");
    assert_refused(TWO("[12,16]"), 16,
                   "m: tensor \"b\": invalid offsets; it begins at 12, expected 8");
    assert_refused(TWO("[0,4]"), 8, "m: tensor \"a\": invalid offsets; it begins at 0, expected 4");
}

static void refuses_too_much_and_too_little(void **state) {
    (void)state;
    assert_refused(two_header, 13, "m: trailing data: 1 bytes after the tensors");
    assert_refused(two_header, 11, "m: truncated: have 126 of 127 bytes");
    static const char big[] = ONE("F32", "[1000000000]", "[0,4000000000]");
    assert_refused(big, 4, "m: truncated: have 84 of 4000000080 bytes");
    /* With the header it is more than a size can say. */
    assert_refused(ONE("F32", "[4611686018427387903]", "[0,18446744073709551612]"), 4,
                   "m: shape overflow");
    struct tensor_file file;
    struct text plain = plain_file(big, "", 0), gzip = compressed(&plain);
    assert_false(parse(&file, gzip.bytes, gzip.length, TENSOR_ACCEPT_F32));
    assert_non_null(
        strstr(err.text, "decompression bomb or truncated: the header promises 4000000080 "));
    text_free(&gzip);
    text_free(&plain);
}

static void refuses_what_is_no_checkpoint(void **state) {
    (void)state;
    static const char *const texts[] = {"", "x", "epoch,loss\n1,2\n", "\x1f\x8b nonsense",
                                        "\xff\xff\xff\xff\xff\xff\xff\xff{}"};
    static const char *const messages[] = {
        "m: not a rnntrain checkpoint (neither gzip nor safetensors)",
        "m: not a rnntrain checkpoint (neither gzip nor safetensors)",
        "m: not a rnntrain checkpoint (neither gzip nor safetensors)",
        "m: damaged: unknown compression method",
        "m: not a rnntrain checkpoint: header field too large or small (18446744073709551615 "
        "bytes, "
        "expected 2..16777216)",
    };
    struct tensor_file file;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_false(parse(&file, texts[i], strlen(texts[i]), TENSOR_ACCEPT_F32));
        assert_string_equal(err.text, messages[i]);
    }
    assert_false(tensor_file_read(&file, in_folder("absent"), TENSOR_ACCEPT_F32, &err));
    assert_non_null(strstr(err.text, "absent: No such file or directory"));
    assert_int_equal(err.kind, ERROR_CHECKPOINT);
    assert_false(tensor_file_read(&file, folder, TENSOR_ACCEPT_F32, &err));
    assert_non_null(strstr(err.text, ": is a directory"));
}

static void refuses_numbers_that_are_not_finite(void **state) {
    (void)state;
    struct tensor_file file;
    struct text plain = plain_file(ONE("F32", "[2]", "[0,8]"), "\0\0\xc0\x7f\0\0\x80\x7f", 8);
    assert_false(parse(&file, plain.bytes, plain.length, TENSOR_ACCEPT_F32));
    assert_string_equal(err.text, "m: tensor \"W\" has 2 non-finite values");
    text_free(&plain);
}

/* ---- damage ---------------------------------------------------------------------------------- */

static void refuses_every_truncation(void **state) {
    (void)state;
    struct tensor_file file;
    struct text plain = plain_file(two_header, two_data, 12), gzip = compressed(&plain);
    for (size_t length = 0; length < plain.length; length++)
        assert_false(parse(&file, plain.bytes, length, TENSOR_ACCEPT_F32));
    for (size_t length = 0; length < gzip.length; length++) {
        assert_false(parse(&file, gzip.bytes, length, TENSOR_ACCEPT_F32));
        assert_int_equal(err.kind, ERROR_CHECKPOINT);
        if (length > 10) assert_non_null(strstr(err.text, "truncated"));
    }
    text_free(&plain);
    text_free(&gzip);
}

static void takes_no_flipped_bit_for_truth(void **state) {
    (void)state;
    struct tensor_file file;
    struct text plain = plain_file(two_header, two_data, 12), gzip = compressed(&plain);
    size_t taken = 0;
    for (size_t bit = 0; bit < 8 * gzip.length; bit++) {
        gzip.bytes[bit / 8] = (char)(gzip.bytes[bit / 8] ^ 1 << bit % 8);
        if (parse(&file, gzip.bytes, gzip.length, TENSOR_ACCEPT_F32)) {
            assert_two(&file);
            tensor_file_free(&file);
            taken++;
        }
        gzip.bytes[bit / 8] = (char)(gzip.bytes[bit / 8] ^ 1 << bit % 8);
    }
    /* Only gzip's time (4 bytes), extra flags, system and text flag, and some padding say nothing.
     */
    assert_in_range(taken, 6 * 8, 6 * 8 + 1 + 7);
    text_free(&plain);
    text_free(&gzip);
}

static void refuses_what_follows_the_stream(void **state) {
    (void)state;
    struct tensor_file file;
    struct text plain = plain_file(two_header, two_data, 12), gzip = compressed(&plain);
    size_t length = gzip.length;
    text_add_bytes(&gzip, "", 1);
    assert_false(parse(&file, gzip.bytes, gzip.length, TENSOR_ACCEPT_F32));
    assert_string_equal(err.text, "m: trailing data: 1 bytes after the gzip stream");
    struct text twice = {0};
    text_add_bytes(&twice, gzip.bytes, length);
    text_add_bytes(&twice, gzip.bytes, length);
    assert_false(parse(&file, twice.bytes, twice.length, TENSOR_ACCEPT_F32));
    assert_non_null(strstr(err.text, "trailing data"));
    text_add(&plain, "more than the header says");
    struct text bomb = compressed(&plain);
    assert_false(parse(&file, bomb.bytes, bomb.length, TENSOR_ACCEPT_F32));
    assert_string_equal(err.text, "m: decompression bomb: it holds more than its header promises");
    text_free(&plain);
    text_free(&gzip);
    text_free(&twice);
    text_free(&bomb);
}

/* ---- writing --------------------------------------------------------------------------------- */

static const float values[] = {0.1F, -0.0F, 1e-45F, 3.4028235e38F, 1, 2};

static void build(struct tensor_file *file) {
    assert_true(tensor_file_add_metadata(file, "format", "1", &err));
    assert_true(tensor_file_add_metadata(file, "config", "a: \"\xC3\xA9\"\n", &err));
    assert_true(tensor_file_add(file, "dense/kernel", 2, (size_t[]){2, 2}, values, &err));
    assert_true(tensor_file_add(file, "dense/bias", 1, (size_t[]){2}, values + 4, &err));
    assert_true(tensor_file_add(file, "step", 0, NULL, values + 5, &err));
}

static void writes_what_it_reads(void **state) {
    (void)state;
    static const int levels[] = {TENSOR_PLAIN, 0, 1, 9};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        struct tensor_file out = {0}, in;
        build(&out);
        assert_true(tensor_file_write(&out, in_folder("m.ckpt"), levels[i], &err));
        assert_true(tensor_file_read(&in, in_folder("m.ckpt"), TENSOR_ACCEPT_F32, &err));
        assert_int_equal(in.tensors, 3);
        for (size_t t = 0; t < 3; t++) {
            assert_string_equal(in.tensor[t].name, out.tensor[t].name);
            assert_int_equal(in.tensor[t].rank, out.tensor[t].rank);
            assert_memory_equal(in.tensor[t].shape, out.tensor[t].shape, sizeof in.tensor[t].shape);
            assert_memory_equal(in.tensor[t].values, out.tensor[t].values, 4 * in.tensor[t].count);
        }
        assert_string_equal(tensor_file_metadata(&in, "config"), "a: \"\xC3\xA9\"\n");
        assert_string_equal(tensor_file_metadata(&in, "format"), "1");
        assert_null(tensor_file_metadata(&in, "absent"));
        tensor_file_free(&in);
        tensor_file_free(&out);
    }
}

/* What tests/read_safetensors.pl, written from the format's description alone, prints of the file.
 */
static void another_reader_agrees(void **state) {
    (void)state;
    static const char wanted[] =
        "dense/kernel F32 [2,2] 0.100000001 -0 1.40129846e-45 3.40282347e+38\n"
        "dense/bias F32 [2] 1 2\n"
        "step F32 [] 2\n"
        "config\ta: \"\xC3\xA9\"\\x0a\nformat\t1\n";
    struct tensor_file out = {0};
    build(&out);
    assert_true(tensor_file_write(&out, in_folder("m.ckpt"), 1, &err));
    tensor_file_free(&out);
    char command[2000], got[1000];
    (void)snprintf(command, sizeof command,
                   "for what in values metadata; do "
                   "perl tests/read_safetensors.pl --$what '%s/m.ckpt' || exit 1; done",
                   folder);
    FILE *reader = popen(command, "r");
    assert_non_null(reader);
    got[fread(got, 1, sizeof got - 1, reader)] = '\0';
    assert_int_equal(pclose(reader), 0);
    assert_string_equal(got, wanted);
}

static void equal_content_gives_equal_bytes(void **state) {
    (void)state;
    char *bytes[2];
    size_t length[2];
    for (int i = 0; i < 2; i++) {
        struct tensor_file out = {0};
        build(&out);
        assert_true(tensor_file_write(&out, in_folder("m.ckpt"), 1, &err));
        tensor_file_free(&out);
        bytes[i] = whole_read(in_folder("m.ckpt"), &length[i], ERROR_DATA, &err);
        assert_non_null(bytes[i]);
    }
    assert_int_equal(length[0], length[1]);
    assert_memory_equal(bytes[0], bytes[1], length[0]);
    assert_memory_equal(bytes[0], "\x1f\x8b\x08\0\0\0\0\0", 8); /* no flags, no time */
    free(bytes[0]);
    free(bytes[1]);
}

static void writes_no_number_that_is_not_finite(void **state) {
    (void)state;
    const float bad[] = {1, NAN, INFINITY};
    char message[1000];
    struct tensor_file out = {0};
    (void)unlink(in_folder("bad.ckpt"));
    assert_true(tensor_file_add(&out, "W", 1, (size_t[]){3}, bad, &err));
    assert_false(tensor_file_write(&out, in_folder("bad.ckpt"), 1, &err));
    (void)snprintf(message, sizeof message, "cannot write %s: tensor \"W\" has 2 non-finite values",
                   in_folder("bad.ckpt"));
    assert_string_equal(err.text, message);
    assert_int_equal(access(in_folder("bad.ckpt"), F_OK), -1);
    tensor_file_free(&out);
}

static void builds_no_tensor_without_end(void **state) {
    (void)state;
    const size_t huge[] = {SIZE_MAX / 2, 3}, ranks[] = {1, 1, 1, 1, 1};
    struct tensor_file file = {0};
    assert_false(tensor_file_add(&file, "a", 2, huge, values, &err));
    assert_int_equal(err.kind, ERROR_SYSTEM);
    assert_false(tensor_file_add(&file, "a", 5, ranks, values, &err));
    assert_string_equal(err.text, "tensor \"a\": rank 5 is more than 4");
    tensor_file_free(&file);
}

/* zlib refuses a stream that is not set up; nothing is written then. */
static void a_writer_that_ended_writes_nothing(void **state) {
    (void)state;
    struct text file = {0};
    struct gzip_writer writer;
    assert_true(gzip_begin(&writer, 9, to_text, &file, &err));
    assert_true(gzip_end(&writer, true, &err));
    size_t length = file.length;
    assert_false(gzip_write(&writer, "x", 1, &err));
    assert_string_equal(err.text, "compression failed");
    assert_int_equal(file.length, length);
    text_free(&file);
}

/* What says that it is empty is read to its end all the same: a pipe, longer than the first block. */
static void a_pipe_is_read_whole(void **state) {
    (void)state;
    enum { LENGTH = 60000 };
    char *bytes = malloc(LENGTH), path[64];
    int ends[2];
    assert_true(bytes != NULL && pipe(ends) == 0);
    for (size_t i = 0; i < LENGTH; i++) bytes[i] = (char)(i % 251);
    assert_int_equal(write(ends[1], bytes, LENGTH), LENGTH); /* a pipe holds 65536 */
    assert_int_equal(close(ends[1]), 0);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
    size_t length = 0;
    char *found = whole_read(path, &length, ERROR_DATA, &err);
    assert_non_null(found);
    assert_int_equal(length, LENGTH);
    assert_memory_equal(found, bytes, LENGTH);
    free(found);
    free(bytes);
    assert_int_equal(close(ends[0]), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_plain_and_compressed),
        cmocka_unit_test(reads_other_types_when_asked),
        cmocka_unit_test(reads_a_golden_file),
        cmocka_unit_test(refuses_hostile_headers),
        cmocka_unit_test(refuses_overlap_and_hole),
        cmocka_unit_test(refuses_too_much_and_too_little),
        cmocka_unit_test(refuses_what_is_no_checkpoint),
        cmocka_unit_test(refuses_numbers_that_are_not_finite),
        cmocka_unit_test(refuses_every_truncation),
        cmocka_unit_test(takes_no_flipped_bit_for_truth),
        cmocka_unit_test(refuses_what_follows_the_stream),
        cmocka_unit_test(writes_what_it_reads),
        cmocka_unit_test(another_reader_agrees),
        cmocka_unit_test(equal_content_gives_equal_bytes),
        cmocka_unit_test(writes_no_number_that_is_not_finite),
        cmocka_unit_test(builds_no_tensor_without_end),
        cmocka_unit_test(a_writer_that_ended_writes_nothing),
        cmocka_unit_test(a_pipe_is_read_whole),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
