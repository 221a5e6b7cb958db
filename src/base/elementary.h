/* elementary.h - exp, log and friends in double, the same bits on every machine.
 *
 * glibc picks its own by CPU, so nothing on the way to weights or history may use libm's. These
 * need only + - * / and sqrt, which IEEE 754 fixes. Errors are within 2 ulp, erf's within 16 (measured
 * by the tests against libm). All handle +-inf, NaN and overflow as C's do. */
#ifndef BASE_ELEMENTARY_H
#define BASE_ELEMENTARY_H

#include <stdint.h>

double exact_exp(double x);
double exact_log(double x);

/* log(1 + x), accurate near 0. */
double exact_log1p(double x);

/* 1 / (1 + e^-x) */
double exact_sigmoid(double x);

/* x^n by repeated squaring. */
double exact_power(double x, uint64_t n);

/* The error function 2/sqrt(pi) * integral of exp(-t^2) from 0 to x. */
double exact_erf(double x);

/* Quantile of the standard normal distribution, 0 < p < 1 (Wichura 1988, algorithm AS 241). */
double exact_normal_quantile(double p);

/* sin and cos of 2 pi x, for 0 <= x < 1. */
double exact_sin_turns(double x);

#endif
