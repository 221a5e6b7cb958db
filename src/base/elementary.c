#include "base/elementary.h"

#include <math.h>

/* ln 2 in two parts: the high one has trailing zeros, so that k * high is exact for any exponent.
 */
static const double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;

double exact_exp(double x) {
    if (isnan(x)) return x;
    if (x > 709.79) return INFINITY;
    if (x < -745.2) return 0;
    /* x = k ln 2 + r with |r| <= ln 2 / 2; e^r by its series, whose next term is below 1e-17. */
    double k = floor(x * 1.4426950408889634 + 0.5);
    double r = (x - k * ln2_high) - k * ln2_low;
    double sum = 1;
    for (int n = 14; n > 1; n--) sum = 1 + sum * r / n;
    return ldexp(1 + r * sum, (int)k);
}

double exact_log(double x) {
    if (isnan(x) || x < 0) return NAN;
    if (x == 0) return -INFINITY;
    if (isinf(x)) return x;
    int exponent;
    double f = frexp(x, &exponent);
    if (f < 0.70710678118654752) {
        f *= 2;
        exponent--;
    }
    f -= 1;
    /* log(1 + f) = 2 (s + s^3/3 + s^5/5 + ...) with s = f / (2 + f), written so that the largest
     * term, f itself, is exact. */
    double s = f / (2 + f), z = s * s, series = 0;
    for (int n = 23; n > 1; n -= 2) series = z * (2.0 / n + series);
    double k = exponent;
    return k * ln2_high + (f - (s * (f - series) - k * ln2_low));
}

double exact_log1p(double x) {
    if (!(x < 1e15)) return exact_log(x);
    double u = 1 + x;
    if (u == 1) return x;
    return exact_log(u) * (x / (u - 1)); /* Kahan: the two errors of u cancel */
}

double exact_sigmoid(double x) {
    double e = exact_exp(x < 0 ? x : -x);
    return (x < 0 ? e : 1) / (1 + e);
}

double exact_power(double x, uint64_t n) {
    double product = 1;
    for (; n > 0; n >>= 1) {
        if (n & 1) product *= x;
        x *= x;
    }
    return product;
}

double exact_erf(double x) {
    if (isnan(x)) return x;
    if (fabs(x) > 6) return x > 0 ? 1 : -1; /* erfc(6) < 2^-54 */
    /* 2/sqrt(pi) e^(-x^2) x (1 + 2x^2/3 (1 + 2x^2/5 (1 + ...))): all terms have one sign. From the
     * inside out, so that the errors of small terms shrink; 2x^2 + 40 terms are below 2^-60. */
    double a = 2 * x * x, sum = 1;
    for (int n = 2 * (int)(a + 40) + 1; n > 1; n -= 2) sum = 1 + a / n * sum;
    return 1.1283791670955126 * exact_exp(-x * x) * x * sum;
}

static double ratio(const double top[static 8], const double bottom[static 8], double r) {
    double a = top[7], b = bottom[7];
    for (int i = 6; i >= 0; i--) {
        a = a * r + top[i];
        b = b * r + bottom[i];
    }
    return a / b;
}

double exact_normal_quantile(double p) {
    static const double middle[2][8] = {
        {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
         1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
         3.3430575583588128105e4, 2.5090809287301226727e3},
        {1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
         2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
         5.2264952788528545610e3}};
    static const double near[2][8] = {
        {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
         3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
         2.27238449892691845833e-2, 7.74545014278341407640e-4},
        {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
         1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
         1.05075007164441684324e-9}};
    static const double far[2][8] = {
        {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
         2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
         2.71155556874348757815e-5, 2.01033439929228813265e-7},
        {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
         7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
         2.04426310338993978564e-15}};
    double q = p - 0.5;
    if (fabs(q) <= 0.425) return q * ratio(middle[0], middle[1], 0.180625 - q * q);
    double r = sqrt(-exact_log(q < 0 ? p : 1 - p));
    double tail = r <= 5 ? ratio(near[0], near[1], r - 1.6) : ratio(far[0], far[1], r - 5);
    return q < 0 ? -tail : tail;
}

double exact_sin_turns(double x) {
    double quarter = floor(4 * x + 0.5);
    double r = (x - quarter / 4) * 6.283185307179586; /* within a turn's eighth of zero */
    double z = r * r, sine = 1, cosine = 1;
    for (int n = 18; n > 1; n -= 2) {
        sine = 1 - sine * z / (n * (n + 1));
        cosine = 1 - cosine * z / (n * (n - 1));
    }
    switch ((int)quarter & 3) {
    case 0: return r * sine;
    case 1: return cosine;
    case 2: return -r * sine;
    default: return -cosine;
    }
}
