/* Random numbers against the generator's published vectors and their distributions; the elementary
 * functions against libm. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/elementary.h"
#include "base/random.h"

/* kat_vectors of the Random123 distribution, philox4x32 with 10 rounds. */
static void test_known_answers(void **state) {
    static const struct {
        uint32_t counter[4], key[2], want[4];
    } vector[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof vector / sizeof *vector; i++) {
        uint32_t got[4];
        random_block(vector[i].counter, vector[i].key, got);
        assert_memory_equal(got, vector[i].want, sizeof got);
    }
}

static void test_streams_differ(void **state) {
    struct random_stream base = random_stream(1, RANDOM_INITIAL, 0);
    struct random_stream other[] = {
        random_stream(2, RANDOM_INITIAL, 0),
        random_stream(1, RANDOM_SHUFFLE, 0),
        random_stream(1, RANDOM_INITIAL, 1),
        random_stream(1 + (1ull << 32), RANDOM_INITIAL, 0),
        random_stream(1ull << 32, RANDOM_INITIAL, 0),
    };
    (void)state;
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        assert_memory_not_equal(&base, &other[i], sizeof base);
    struct random_stream again = random_stream(1, RANDOM_INITIAL, 0);
    assert_memory_equal(&base, &again, sizeof base);
    /* All of both words of the position count. */
    double here = random_uniform(base, 5, 7);
    assert_true(here == random_uniform(base, 5, 7));
    assert_true(here != random_uniform(base, 5, 7 + (1ull << 32)));
    assert_true(here != random_uniform(base, 5 + (1ull << 32), 7));
    assert_true(here != random_uniform(base, 7, 5));
}

enum { DRAWS = 200000 };

static void check_moments(double (*draw)(struct random_stream, uint64_t, uint64_t), double mean,
                          double variance, double fourth) {
    struct random_stream stream = random_stream(3, RANDOM_INITIAL, 1);
    double sum = 0, squares = 0, fourths = 0, neighbours = 0, before = mean;
    for (uint64_t i = 0; i < DRAWS; i++) {
        double x = draw(stream, 0, i), d = x - mean;
        sum += d;
        squares += d * d;
        fourths += d * d * d * d;
        neighbours += d * (before - mean);
        before = x;
    }
    /* Six standard errors: false once in a thousand million seeds, and the seed is fixed. */
    double n = DRAWS;
    assert_true(fabs(sum / n) < 6 * sqrt(variance / n));
    assert_true(fabs(squares / n - variance) < 6 * sqrt((fourth - variance * variance) / n));
    assert_true(fabs(fourths / n / fourth - 1) < 0.05);
    assert_true(fabs(neighbours / n) < 6 * variance / sqrt(n));
}

static void test_moments(void **state) {
    (void)state;
    check_moments(random_uniform, 0.5, 1.0 / 12, 1.0 / 80);
    check_moments(random_normal, 0, 1, 3);
    /* Of the normal cut at +-2: 1 - 4 phi(2) / (2 Phi(2) - 1), and 3 - (4 12 + ... ) likewise by
     * parts: E x^4 = 3 E x^2 - 16 phi(2) / (2 Phi(2) - 1). */
    const double phi = exp(-2.0) / sqrt(2 * M_PI), mass = erf(M_SQRT2);
    const double second = 1 - 4 * phi / mass;
    check_moments(random_truncated_normal, 0, second, 3 * second - 16 * phi / mass);
}

static void test_ranges(void **state) {
    struct random_stream stream = random_stream(4, RANDOM_GENERATE, 0);
    (void)state;
    size_t bucket[16] = {0};
    for (uint64_t i = 0; i < DRAWS; i++) {
        double u = random_uniform(stream, i, 0), cut = random_truncated_normal(stream, 1, i);
        assert_true(u > 0 && u < 1);
        assert_true(fabs(cut) < 2);
        bucket[(size_t)(u * 16)]++;
    }
    double chi = 0;
    for (size_t i = 0; i < 16; i++) {
        double d = (double)bucket[i] - DRAWS / 16.0;
        chi += d * d / (DRAWS / 16.0);
    }
    assert_true(chi < 44.3); /* chi squared, 15 degrees of freedom, one in 10000 */
}

static void test_shuffle_permutes(void **state) {
    size_t order[1000], seen[1000];
    struct random_stream stream = random_stream(5, RANDOM_SHUFFLE, 0);
    (void)state;
    for (size_t count = 0; count <= 1000; count += count < 20 ? 1 : 245) {
        memset(seen, 0, sizeof seen);
        random_shuffle(stream, 2, order, count);
        for (size_t i = 0; i < count; i++) {
            assert_true(order[i] < count);
            assert_int_equal(seen[order[i]]++, 0);
        }
    }
}

/* Each of the 24 orders of four is as likely as another, and epochs differ. */
static void test_shuffle_is_uniform(void **state) {
    enum { TIMES = 24000 };
    size_t count[256] = {0}, order[4], orders = 0;
    struct random_stream stream = random_stream(6, RANDOM_SHUFFLE, 0);
    (void)state;
    for (uint64_t epoch = 0; epoch < TIMES; epoch++) {
        random_shuffle(stream, epoch, order, 4);
        count[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]]++;
    }
    double chi = 0;
    for (size_t i = 0; i < 256; i++) {
        double d = (double)count[i] - TIMES / 24.0;
        if (count[i] > 0) chi += d * d / (TIMES / 24.0);
        orders += count[i] > 0;
    }
    assert_int_equal(orders, 24);
    assert_true(chi < 58.0); /* 23 degrees of freedom, about one in 10000 */
}

/* ---- elementary functions -------------------------------------------------------------------- */

/* Distance in units in the last place of `want`, as libm gives it. */
static double ulps(double got, double want) {
    if (isnan(want)) return isnan(got) ? 0 : INFINITY;
    if (got == want) return 0;
    if (isinf(want) || !isfinite(got)) return INFINITY;
    double unit = nextafter(fabs(want), INFINITY) - fabs(want);
    return fabs(got - want) / unit;
}

struct span {
    const char *name;
    double (*got)(double), (*want)(double);
    double from, to;
    double bound; /* ulps */
};

static double sin_turns(double x) {
    return exact_sin_turns(x);
}
static double sin_of_turns(double x) {
    return (double)sinl(6.283185307179586476925286766559L * (long double)x);
}
static double log_of(double x) {
    return (double)logl((long double)x);
}

static void test_against_libm(void **state) {
    static const struct span span[] = {
        {"exp", exact_exp, exp, -745, 709.7, 2},
        {"exp near 0", exact_exp, exp, -1, 1, 2},
        {"log", exact_log, log_of, 1e-307, 1e308, 2},
        {"log near 1", exact_log, log_of, 0.5, 2, 2},
        {"log1p", exact_log1p, log1p, -0.9, 10, 3},
        {"log1p near 0", exact_log1p, log1p, -1e-6, 1e-6, 3},
        {"erf", exact_erf, erf, -5.9, 5.9, 32}, /* x^2 is rounded before its exp */
        {"sin of turns", sin_turns, sin_of_turns, 0, 0.999, 4},
    };
    (void)state;
    for (size_t i = 0; i < sizeof span / sizeof *span; i++) {
        const struct span *s = &span[i];
        double worst = 0, at = 0;
        for (int j = 0; j <= 200000; j++) {
            double part = j / 200000.0;
            /* A wide span is walked by its exponents. */
            double x = s->from > 0 && s->to > 1e10
                           ? exp2(log2(s->from) + (log2(s->to) - log2(s->from)) * part)
                           : s->from + (s->to - s->from) * part;
            double error = ulps(s->got(x), s->want(x));
            /* Near a zero of the sine its ulp is smaller than what the argument's rounding gives.
             */
            if (s->got == sin_turns && fabs(s->want(x)) < 1e-3) continue;
            if (error > worst) {
                worst = error;
                at = x;
            }
        }
        printf("# %s: at most %.2f ulp, at %.17g\n", s->name, worst, at);
        assert_true(worst <= s->bound);
    }
}

static void test_limits(void **state) {
    (void)state;
    assert_true(exact_exp(0) == 1 && exact_exp(-INFINITY) == 0 && isinf(exact_exp(INFINITY)));
    assert_true(isinf(exact_exp(710)) && exact_exp(-746) == 0 && isnan(exact_exp(NAN)));
    assert_true(exact_exp(-744) > 0); /* subnormal */
    assert_true(exact_log(1) == 0 && isinf(exact_log(0)) && exact_log(0) < 0);
    assert_true(isnan(exact_log(-1)) && isnan(exact_log(NAN)) && isinf(exact_log(INFINITY)));
    assert_true(exact_log(0x1p-1074) < -744 && exact_log(0x1p-1074) > -745);
    assert_true(exact_log1p(0) == 0 && exact_log1p(1e-300) == 1e-300);
    assert_true(isinf(exact_log1p(-1)) && isnan(exact_log1p(-2)) && isinf(exact_log1p(INFINITY)));
    assert_true(exact_erf(0) == 0 && exact_erf(INFINITY) == 1 && exact_erf(-7) == -1);
    assert_true(isnan(exact_erf(NAN)));
    assert_true(exact_sin_turns(0) == 0 && exact_sin_turns(0.25) == 1);
    assert_true(exact_sin_turns(0.75) == -1 && fabs(exact_sin_turns(0.5)) == 0);
}

static void test_power(void **state) {
    (void)state;
    assert_true(exact_power(0.9, 0) == 1 && exact_power(0, 0) == 1);
    assert_true(exact_power(2, 10) == 1024 && exact_power(-3, 3) == -27);
    for (uint64_t n = 1; n < 100000; n = n * 3 + 1)
        assert_true(fabs(exact_power(0.999, n) / pow(0.999, (double)n) - 1) < 1e-12);
    assert_true(exact_power(0.999, UINT64_MAX) == 0);
}

/* AS 241 claims 1 part in 10^16; erfc gives the way back. */
static void test_quantile(void **state) {
    (void)state;
    double worst = 0;
    assert_true(exact_normal_quantile(0.5) == 0);
    /* Table values: 97.5 %, 99 %, 1e-6. */
    assert_true(fabs(exact_normal_quantile(0.975) - 1.9599639845400545) < 1e-15 * 2);
    assert_true(fabs(exact_normal_quantile(0.99) - 2.3263478740408408) < 1e-15 * 3);
    assert_true(fabs(exact_normal_quantile(1e-6) + 4.753424308822899) < 1e-15 * 5);
    for (double p = 1e-300; p < 0.5; p *= 1.003) {
        double x = exact_normal_quantile(p), back = 0.5 * erfc(-x / M_SQRT2);
        /* An ulp of x moves p by its density. */
        double slope = exp(-0.5 * x * x) / sqrt(2 * M_PI);
        double error = fabs(back - p) / (slope * (nextafter(fabs(x), 100) - fabs(x)) + p * 4e-16);
        if (error > worst) worst = error;
        double other = exact_normal_quantile(1 - p);
        assert_true(1 - (1 - p) != p || other == -x);
    }
    printf("# quantile: at most %.2f ulp\n", worst);
    assert_true(worst <= 8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_streams_differ),
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_shuffle_permutes),
        cmocka_unit_test(test_shuffle_is_uniform),
        cmocka_unit_test(test_against_libm),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_power),
        cmocka_unit_test(test_quantile),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
