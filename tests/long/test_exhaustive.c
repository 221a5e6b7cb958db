/* exp, tanh and sigmoid at every float there is: within 2 ulp of the exact value, and the same bits
 * from every instruction set. Some minutes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/team.h"
#include "ulp.h"

enum { MEMBERS = 64 };

struct search {
    enum activation kind;
    const struct kernels *kernels, *other; /* other: compared bit for bit */
    double worst[MEMBERS];
    float where[MEMBERS];
    uint64_t different[MEMBERS];
};

/* NaNs may differ in their payload. */
static uint64_t count_different(const struct search *s, uint64_t first, uint64_t end) {
    static const size_t chunk = ULP_CHUNK;
    float x[ULP_CHUNK], y[ULP_CHUNK], z[ULP_CHUNK];
    uint64_t different = 0;
    for (uint64_t bits = first; bits < end; bits += chunk) {
        for (size_t i = 0; i < chunk; i++) x[i] = float_of((uint32_t)(bits + i));
        s->kernels->activate(s->kind, 1, chunk, x, y);
        s->other->activate(s->kind, 1, chunk, x, z);
        for (size_t i = 0; i < chunk; i++)
            different += bits_of(y[i]) != bits_of(z[i]) && !(isnan(y[i]) && isnan(z[i]));
    }
    return different;
}

static void work(void *context, size_t member, size_t size) {
    struct search *s = context;
    struct team_range range = team_share(1ull << 32, ULP_CHUNK, member, size);
    s->worst[member] = ulp_worst(s->kernels, s->kind, range.first, range.end, 1, &s->where[member]);
    s->different[member] = s->other != NULL ? count_different(s, range.first, range.end) : 0;
}

static void check(enum activation kind) {
    struct error err;
    struct search s = {.kind = kind,
                       .kernels = kernels_select("auto", &err),
                       .other = kernels_select("generic", &err)};
    size_t size = team_processors(), most = 0;
    uint64_t different = 0;
    struct team *team = team_start(size < MEMBERS ? size : MEMBERS, &err);
    assert_non_null(team);
    if (s.kernels == s.other) s.other = NULL;
    team_run(team, work, &s);
    for (size_t i = 0; i < team_size(team); i++) {
        if (s.worst[i] > s.worst[most]) most = i;
        different += s.different[i];
    }
    team_stop(team);
    printf("# %s: at most %.4f ulp, at %.9g\n", activation_names[kind], s.worst[most],
           (double)s.where[most]);
    assert_int_equal(different, 0);
    assert_true(s.worst[most] <= 2);
}

static void test_exp(void **state) {
    (void)state;
    check(ACTIVATION_EXPONENTIAL);
}
static void test_tanh(void **state) {
    (void)state;
    check(ACTIVATION_TANH);
}
static void test_sigmoid(void **state) {
    (void)state;
    check(ACTIVATION_SIGMOID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exp),
        cmocka_unit_test(test_tanh),
        cmocka_unit_test(test_sigmoid),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
