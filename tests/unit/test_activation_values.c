/* Every activation and its derivative at nine points: numbers computed apart from this program, by
 * the definitions, with another language's mathematical library. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "kernels/kernels.h"

enum { POINTS = 9 };
static const float points[POINTS] = {-6.5F, -3.25F, -1, -0.125F, 0.125F, 1, 2.5F, 5.75F, 6.5F};

static const struct {
    enum activation kind;
    double value[POINTS], slope[POINTS];
} table[] = {
    {ACTIVATION_LINEAR,
     {-6.5, -3.25, -1, -0.125, 0.125, 1, 2.5, 5.75, 6.5},
     {1, 1, 1, 1, 1, 1, 1, 1, 1}},
    {ACTIVATION_TANH,
     {-0.999995479, -0.996997635, -0.761594156, -0.124353002, 0.124353002, 0.761594156, 0.986614298,
      0.99997974, 0.999995479},
     {9.04127676e-06, 0.00599571483, 0.419974342, 0.984536331, 0.984536331, 0.419974342,
      0.0265922267, 4.05195535e-05, 9.04127676e-06}},
    {ACTIVATION_SIGMOID,
     {0.00150118226, 0.0373268873, 0.268941421, 0.468790627, 0.531209373, 0.731058579, 0.92414182,
      0.996827317, 0.998498818},
     {0.00149892871, 0.0359335908, 0.196611933, 0.249025975, 0.249025975, 0.196611933, 0.0701037165,
      0.00316261693, 0.00149892871}},
    {ACTIVATION_RELU, {0, 0, 0, 0, 0.125, 1, 2.5, 5.75, 6.5}, {0, 0, 0, 0, 1, 1, 1, 1, 1}},
    {ACTIVATION_HARD_SIGMOID,
     {0, 0, 0.333333333, 0.479166667, 0.520833333, 0.666666667, 0.916666667, 1, 1},
     {0, 0, 0.166666667, 0.166666667, 0.166666667, 0.166666667, 0.166666667, 0, 0}},
    {ACTIVATION_ELU,
     {-0.998496561, -0.961225792, -0.632120559, -0.117503097, 0.125, 1, 2.5, 5.75, 6.5},
     {0.00150343919, 0.0387742078, 0.367879441, 0.882496903, 1, 1, 1, 1, 1}},
    {ACTIVATION_SELU,
     {-1.75545615, -1.68993043, -1.11133074, -0.206582118, 0.131337623, 1.05070099, 2.62675247,
      6.04153068, 6.82955642},
     {0.00264319545, 0.0681689092, 0.646768603, 1.55151722, 1.05070099, 1.05070099, 1.05070099,
      1.05070099, 1.05070099}},
    {ACTIVATION_GELU,
     {-2.61040038e-10, -0.00187533139, -0.158655254, -0.0562827219, 0.0687172781, 0.841344746,
      2.48447584, 5.74999997, 6.5},
     {-1.69505179e-09, -0.00601738114, -0.0833154706, 0.400782064, 0.599217936, 1.08331547,
      1.03761109, 1.00000015, 1}},
    {ACTIVATION_SILU,
     {-0.00975768467, -0.121312384, -0.268941421, -0.0585988283, 0.0664011717, 0.731058579,
      2.31035455, 5.73175707, 6.49024232},
     {-0.00824185435, -0.0794572828, 0.0723294881, 0.43766238, 0.56233762, 0.927670512, 1.09940111,
      1.01501236, 1.00824185}},
    {ACTIVATION_MISH,
     {-0.00976500869, -0.123574853, -0.303401461, -0.0699799072, 0.0799575708, 0.865098388,
      2.4713923, 5.74988424, 6.4999707},
     {-0.00825535362, -0.0831139645, 0.0592167559, 0.519606474, 0.678892661, 1.04903622, 1.04112953,
      1.00021065, 1.000054}},
    {ACTIVATION_SOFTPLUS,
     {0.00150231016, 0.0380413717, 0.313261688, 0.632599035, 0.757599035, 1.31326169, 2.57888973,
      5.75317773, 6.50150231},
     {0.00150118226, 0.0373268873, 0.268941421, 0.468790627, 0.531209373, 0.731058579, 0.92414182,
      0.996827317, 0.998498818}},
    {ACTIVATION_SOFTSIGN,
     {-0.866666667, -0.764705882, -0.5, -0.111111111, 0.111111111, 0.5, 0.714285714, 0.851851852,
      0.866666667},
     {0.0177777778, 0.0553633218, 0.25, 0.790123457, 0.790123457, 0.25, 0.0816326531, 0.0219478738,
      0.0177777778}},
    {ACTIVATION_EXPONENTIAL,
     {0.00150343919, 0.0387742078, 0.367879441, 0.882496903, 1.13314845, 2.71828183, 12.182494,
      314.19066, 665.141633},
     {0.00150343919, 0.0387742078, 0.367879441, 0.882496903, 1.13314845, 2.71828183, 12.182494,
      314.19066, 665.141633}},
    {ACTIVATION_LEAKY_RELU,
     {-1.3, -0.65, -0.2, -0.025, 0.125, 1, 2.5, 5.75, 6.5},
     {0.2, 0.2, 0.2, 0.2, 1, 1, 1, 1, 1}},
    {ACTIVATION_RELU6, {0, 0, 0, 0, 0.125, 1, 2.5, 5.75, 6}, {0, 0, 0, 0, 1, 1, 1, 1, 0}},
};
enum { KINDS = sizeof table / sizeof *table };

static void check(const char *what, enum activation kind, float x, float got, double want) {
    if (!(fabs((double)got - want) <= 3e-7 * fabs(want) + 2e-7))
        fail_msg("%s%s(%g): %.9g, expected %.9g", activation_names[kind], what, (double)x,
                 (double)got, want);
}

static void check_all(const struct kernels *kernels) {
    for (size_t i = 0; i < KINDS; i++) {
        float y[POINTS], dx[POINTS];
        const float dy[POINTS] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
        kernels->activate(table[i].kind, 1, POINTS, points, y);
        kernels->activate_back(table[i].kind, 1, POINTS, points, y, dy, dx);
        for (size_t j = 0; j < POINTS; j++) {
            check("", table[i].kind, points[j], y[j], table[i].value[j]);
            check("'", table[i].kind, points[j], dx[j], table[i].slope[j]);
        }
    }
}

static void test_values(void **state) {
    static const char *const names[] = {"generic", "avx2", "avx512"};
    struct error err;
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const struct kernels *kernels = kernels_select(names[i], &err);
        if (kernels != NULL) check_all(kernels);
    }
}

/* Softmax needs a row and has its own test; nothing else is left out. */
static void test_none_is_missing(void **state) {
    bool there[ACTIVATION_COUNT] = {[ACTIVATION_SOFTMAX] = true};
    (void)state;
    for (size_t i = 0; i < KINDS; i++) there[table[i].kind] = true;
    for (size_t kind = 0; kind < ACTIVATION_COUNT; kind++) assert_true(there[kind]);
}

/* At a kink the derivative is that of the flat side. */
static void test_kinks(void **state) {
    static const struct {
        enum activation kind;
        float x;
    } kink[] = {{ACTIVATION_RELU, 0},
                {ACTIVATION_RELU6, 0},
                {ACTIVATION_RELU6, 6},
                {ACTIVATION_HARD_SIGMOID, -3},
                {ACTIVATION_HARD_SIGMOID, 3}};
    struct error err;
    const struct kernels *kernels = kernels_select("auto", &err);
    (void)state;
    for (size_t i = 0; i < sizeof kink / sizeof *kink; i++) {
        float y, dx = 1;
        kernels->activate(kink[i].kind, 1, 1, &kink[i].x, &y);
        kernels->activate_back(kink[i].kind, 1, 1, &kink[i].x, &y, &dx, &dx);
        check("'", kink[i].kind, kink[i].x, dx, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_none_is_missing),
        cmocka_unit_test(test_kinks),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
