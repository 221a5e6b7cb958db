/* Activations: accuracy of exp, tanh and sigmoid, values and derivatives by their definitions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ulp.h"

static const struct kernels *const *isas(size_t *count) {
    static const struct kernels *kernels[3];
    struct error err;
    *count = 0;
    kernels[(*count)++] = kernels_select("generic", &err);
    kernels[*count] = kernels_select("avx2", &err);
    if (kernels[*count] != NULL) (*count)++;
    kernels[*count] = kernels_select("avx512", &err);
    if (kernels[*count] != NULL) (*count)++;
    return kernels;
}

static const double bound = 2;

static void test_accuracy(void **state) {
    static const enum activation kinds[] = {ACTIVATION_EXPONENTIAL, ACTIVATION_TANH,
                                            ACTIVATION_SIGMOID};
    size_t count;
    const struct kernels *const *kernels = isas(&count);
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        float where = 0;
        double worst = ulp_worst(kernels[count - 1], kinds[i], 0, 1ull << 32, 2003, &where);
        printf("# %s: at most %.3f ulp, at %.9g (every 2003rd float)\n", activation_names[kinds[i]],
               worst, (double)where);
        assert_true(worst <= bound);
        worst = ulp_worst(kernels[0], kinds[i], 0, 1ull << 32, 20011, &where);
        assert_true(worst <= bound);
    }
}

static float value(const struct kernels *k, enum activation kind, float x) {
    float y;
    k->activate(kind, 1, 1, &x, &y);
    return y;
}

static void test_special_values(void **state) {
    size_t count;
    const struct kernels *const *kernels = isas(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        const struct kernels *k = kernels[i];
        assert_int_equal(bits_of(value(k, ACTIVATION_TANH, 0.0f)), bits_of(0.0f));
        assert_int_equal(bits_of(value(k, ACTIVATION_TANH, -0.0f)), bits_of(-0.0f));
        assert_true(value(k, ACTIVATION_SIGMOID, 0) == 0.5f);
        assert_true(value(k, ACTIVATION_EXPONENTIAL, 0) == 1);
        assert_true(value(k, ACTIVATION_TANH, INFINITY) == 1);
        assert_true(value(k, ACTIVATION_TANH, -INFINITY) == -1);
        assert_true(value(k, ACTIVATION_SIGMOID, INFINITY) == 1);
        assert_true(value(k, ACTIVATION_SIGMOID, -INFINITY) == 0);
        assert_true(isinf(value(k, ACTIVATION_EXPONENTIAL, INFINITY)));
        assert_true(value(k, ACTIVATION_EXPONENTIAL, -INFINITY) == 0);
        assert_true(value(k, ACTIVATION_RELU, -INFINITY) == 0);
        for (int kind = 0; kind < ACTIVATION_COUNT; kind++)
            assert_true(isnan(value(k, (enum activation)kind, NAN)));
    }
}

/* ---- definitions, in double ------------------------------------------------------------------ */

static double define(enum activation kind, double x) {
    const double alpha = 1.67326324235438, scale = 1.05070098735548;
    switch (kind) {
    case ACTIVATION_TANH: return tanh(x);
    case ACTIVATION_SIGMOID: return 1 / (1 + exp(-x));
    case ACTIVATION_RELU: return fmax(x, 0);
    case ACTIVATION_HARD_SIGMOID: return fmin(fmax(x / 6 + 0.5, 0), 1);
    case ACTIVATION_ELU: return x > 0 ? x : expm1(x);
    case ACTIVATION_SELU: return scale * (x > 0 ? x : alpha * expm1(x));
    case ACTIVATION_GELU: return 0.5 * x * (1 + erf(x / M_SQRT2));
    case ACTIVATION_SILU: return x / (1 + exp(-x));
    case ACTIVATION_MISH: return x * tanh(log1p(exp(x)));
    case ACTIVATION_SOFTPLUS: return log1p(exp(x));
    case ACTIVATION_SOFTSIGN: return x / (1 + fabs(x));
    case ACTIVATION_EXPONENTIAL: return exp(x);
    case ACTIVATION_LEAKY_RELU: return x > 0 ? x : 0.2 * x;
    case ACTIVATION_RELU6: return fmin(fmax(x, 0), 6);
    default: return x;
    }
}

enum { POINTS = 1201 };

/* Away from the kinks, which are at whole numbers. */
static void points(float *x) {
    for (int i = 0; i < POINTS; i++) x[i] = (float)(i - POINTS / 2) / 60 + 0.0041f;
}

static void test_definitions(void **state) {
    size_t count;
    const struct kernels *const *kernels = isas(&count);
    float x[POINTS], y[POINTS];
    (void)state;
    points(x);
    for (size_t i = 0; i < count; i++)
        for (int kind = 0; kind < ACTIVATION_COUNT; kind++) {
            if (kind == ACTIVATION_SOFTMAX) continue;
            kernels[i]->activate((enum activation)kind, 1, POINTS, x, y);
            for (int j = 0; j < POINTS; j++) {
                double want = define((enum activation)kind, (double)x[j]);
                if (!(fabs((double)y[j] - want) <= 3e-7 * fabs(want) + 1e-7))
                    fail_msg("%s(%g): %.9g, expected %.9g", activation_names[kind], (double)x[j],
                             (double)y[j], want);
            }
        }
}

static void test_derivatives(void **state) {
    size_t count;
    const struct kernels *const *kernels = isas(&count);
    float x[POINTS], y[POINTS], dy[POINTS], dx[POINTS];
    const double h = 1e-6;
    (void)state;
    points(x);
    for (int j = 0; j < POINTS; j++) dy[j] = (float)(j % 7) - 3;
    for (size_t i = 0; i < count; i++)
        for (int kind = 0; kind < ACTIVATION_COUNT; kind++) {
            if (kind == ACTIVATION_SOFTMAX) continue;
            kernels[i]->activate((enum activation)kind, 1, POINTS, x, y);
            kernels[i]->activate_back((enum activation)kind, 1, POINTS, x, y, dy, dx);
            for (int j = 0; j < POINTS; j++) {
                double at = (double)x[j];
                double slope = (define((enum activation)kind, at + h) -
                                define((enum activation)kind, at - h)) /
                               (2 * h);
                double want = slope * (double)dy[j];
                if (!(fabs((double)dx[j] - want) <= 2e-6 * (1 + fabs(want))))
                    fail_msg("%s'(%g): %.9g, expected %.9g", activation_names[kind], at,
                             (double)dx[j], want);
            }
        }
}

static void test_softmax(void **state) {
    size_t count;
    const struct kernels *const *kernels = isas(&count);
    (void)state;
    for (size_t i = 0; i < count; i++)
        for (size_t width = 1; width <= 35; width++) {
            float x[70], y[70], dy[70], dx[70];
            for (size_t j = 0; j < 2 * width; j++) {
                x[j] = (float)((j * 37) % 23) / 3 + (j < width ? 80 : -80);
                dy[j] = (float)((j * 11) % 7) - 3;
            }
            kernels[i]->activate(ACTIVATION_SOFTMAX, 2, width, x, y);
            kernels[i]->activate_back(ACTIVATION_SOFTMAX, 2, width, x, y, dy, dx);
            for (size_t r = 0; r < 2; r++) {
                double sum = 0, mean = 0;
                for (size_t j = 0; j < width; j++) sum += exp((double)x[r * width + j]);
                for (size_t j = 0; j < width; j++)
                    mean += exp((double)x[r * width + j]) / sum * (double)dy[r * width + j];
                for (size_t j = 0; j < width; j++) {
                    double want = exp((double)x[r * width + j]) / sum;
                    double back = want * ((double)dy[r * width + j] - mean);
                    assert_true(fabs((double)y[r * width + j] - want) <= 1e-6 * want + 1e-40);
                    assert_true(fabs((double)dx[r * width + j] - back) <= 2e-6 * want * 4 + 1e-40);
                }
            }
        }
}

/* In place, as layers call them. */
static void test_in_place(void **state) {
    size_t count;
    const struct kernels *const *kernels = isas(&count);
    float x[POINTS], y[POINTS], dy[POINTS], dx[POINTS];
    (void)state;
    points(x);
    for (size_t i = 0; i < count; i++)
        for (int kind = 0; kind < ACTIVATION_COUNT; kind++) {
            kernels[i]->activate((enum activation)kind, 1, POINTS, x, y);
            memcpy(dx, x, sizeof dx);
            kernels[i]->activate((enum activation)kind, 1, POINTS, dx, dx);
            assert_memory_equal(y, dx, sizeof y);
            memcpy(dy, x, sizeof dy);
            kernels[i]->activate_back((enum activation)kind, 1, POINTS, x, y, dy, dx);
            kernels[i]->activate_back((enum activation)kind, 1, POINTS, x, y, dy, dy);
            assert_memory_equal(dy, dx, sizeof dy);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accuracy),    cmocka_unit_test(test_special_values),
        cmocka_unit_test(test_definitions), cmocka_unit_test(test_derivatives),
        cmocka_unit_test(test_softmax),     cmocka_unit_test(test_in_place),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
