/* Checkpoints as they are, damaged at every place: each truncation is refused, and each flipped bit is
 * refused or leaves what is read as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "files/safetensors.h"
#include "files/whole.h"

static const char path[] = "tests/data/checkpoints/rows.ckpt";
static struct error err;
static char *bytes;
static size_t length;
static struct tensor_file whole;

static int read_whole(void **state) {
    (void)state;
    bytes = whole_read(path, &length, ERROR_CHECKPOINT, &err);
    return bytes == NULL || !tensor_file_parse(&whole, bytes, length, "m", TENSOR_ACCEPT_F32, &err);
}

static int free_whole(void **state) {
    (void)state;
    tensor_file_free(&whole);
    free(bytes);
    return 0;
}

static bool parse(struct tensor_file *file, size_t some) {
    char *exact = malloc(some > 0 ? some : 1); /* no byte beyond: a sanitizer watches */
    assert_non_null(exact);
    memcpy(exact, bytes, some);
    bool good = tensor_file_parse(file, exact, some, "m", TENSOR_ACCEPT_F32, &err);
    free(exact);
    return good;
}

static void assert_same(const struct tensor_file *file) {
    assert_int_equal(file->tensors, whole.tensors);
    assert_int_equal(file->metadata_count, whole.metadata_count);
    for (size_t i = 0; i < whole.tensors; i++) {
        const struct tensor *a = &file->tensor[i], *b = &whole.tensor[i];
        assert_string_equal(a->name, b->name);
        assert_int_equal(a->count, b->count);
        assert_memory_equal(a->values, b->values, b->count * sizeof *b->values);
    }
    for (size_t i = 0; i < whole.metadata_count; i++) {
        assert_string_equal(file->metadata[i].key, whole.metadata[i].key);
        assert_string_equal(file->metadata[i].value, whole.metadata[i].value);
    }
}

static void refuses_every_truncation(void **state) {
    struct tensor_file file;
    (void)state;
    for (size_t some = 0; some < length; some++) {
        assert_false(parse(&file, some));
        assert_int_equal(err.kind, ERROR_CHECKPOINT);
    }
    assert_true(parse(&file, length));
    tensor_file_free(&file);
}

static void takes_no_flipped_bit_for_truth(void **state) {
    size_t taken = 0;
    (void)state;
    for (size_t bit = 0; bit < 8 * length; bit++) {
        struct tensor_file file;
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        if (parse(&file, length)) {
            assert_same(&file);
            tensor_file_free(&file);
            taken++;
        } else {
            assert_int_equal(err.kind, ERROR_CHECKPOINT);
        }
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
    printf("# %zu bits flipped, %zu of which mean nothing\n", 8 * length, taken);
    /* Those of gzip's time, extra flags and system; some of how deflate says what it says. */
    assert_in_range(taken, 6 * 8, 6 * 8 + 64);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_every_truncation),
        cmocka_unit_test(takes_no_flipped_bit_for_truth),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, read_whole, free_whole);
}
