/* Steps of the optimizers over a range of the flat buffers; the formulas are Keras 3's and stand at
 * the top of model/optimizer_kinds.c. */
#include "kernels/table.h"
#include "kernels/vec.h"

/* Decoupled weight decay comes before the step. */
INLINE vec decayed(const struct update *u, size_t i, size_t n) {
    vec w = LOAD(u->weights + i, n);
    return vec_fma(vec_set(-u->decay), w, w);
}

void KERNEL(sgd)(const struct update *u) {
    const vec rate = vec_set(u->rate), momentum = vec_set(u->momentum);
    EACH_VEC(i, n, u->count) {
        vec w = decayed(u, i, n), step = rate * LOAD(u->gradient + i, n);
        if (u->first == NULL) {
            STORE(u->weights + i, w - step, n);
            continue;
        }
        vec m = vec_fma(momentum, LOAD(u->first + i, n), -step);
        STORE(u->first + i, m, n);
        STORE(u->weights + i, u->nesterov ? w + vec_fma(momentum, m, -step) : w + m, n);
    }
}

void KERNEL(rmsprop)(const struct update *u) {
    const vec rho = vec_set(u->rho), rest = vec_set(u->rest), rate = vec_set(u->rate);
    EACH_VEC(i, n, u->count) {
        vec w = decayed(u, i, n), g = LOAD(u->gradient + i, n);
        vec v = vec_fma(rho, LOAD(u->first + i, n), rest * g * g), denominator = v;
        STORE(u->first + i, v, n);
        if (u->centered) {
            vec mean = vec_fma(rho, LOAD(u->third + i, n), rest * g);
            STORE(u->third + i, mean, n);
            denominator = vec_fma(-mean, mean, v);
        }
        vec step = rate * g / vec_sqrt(denominator + u->epsilon);
        if (u->second != NULL) {
            step = vec_fma(vec_set(u->momentum), LOAD(u->second + i, n), step);
            STORE(u->second + i, step, n);
        }
        STORE(u->weights + i, w - step, n);
    }
}

void KERNEL(adam)(const struct update *u) {
    const vec rate = vec_set(u->rate);
    const vec rest_1 = vec_set(u->rest_1), rest_2 = vec_set(u->rest_2);
    EACH_VEC(i, n, u->count) {
        vec w = decayed(u, i, n), g = LOAD(u->gradient + i, n);
        vec m = LOAD(u->first + i, n), v = LOAD(u->second + i, n);
        m = vec_fma(g - m, rest_1, m);
        v = vec_fma(vec_fma(g, g, -v), rest_2, v);
        STORE(u->first + i, m, n);
        STORE(u->second + i, v, n);
        if (u->amsgrad) {
            v = vec_max(v, LOAD(u->third + i, n));
            STORE(u->third + i, v, n);
        }
        STORE(u->weights + i, w - rate * m / (vec_sqrt(v) + u->epsilon), n);
    }
}

void KERNEL(adagrad)(const struct update *u) {
    const vec rate = vec_set(u->rate);
    EACH_VEC(i, n, u->count) {
        vec w = decayed(u, i, n), g = LOAD(u->gradient + i, n);
        vec sum = vec_fma(g, g, LOAD(u->first + i, n));
        STORE(u->first + i, sum, n);
        STORE(u->weights + i, w - rate * g / vec_sqrt(sum + u->epsilon), n);
    }
}

void KERNEL(adadelta)(const struct update *u) {
    const vec rho = vec_set(u->rho), rest = vec_set(u->rest), rate = vec_set(u->rate);
    EACH_VEC(i, n, u->count) {
        vec w = decayed(u, i, n), g = LOAD(u->gradient + i, n);
        vec a = vec_fma(rho, LOAD(u->first + i, n), rest * g * g), d = LOAD(u->second + i, n);
        vec step = vec_sqrt(d + u->epsilon) / vec_sqrt(a + u->epsilon) * g;
        STORE(u->first + i, a, n);
        STORE(u->second + i, vec_fma(rho, d, rest * step * step), n);
        STORE(u->weights + i, vec_fma(-rate, step, w), n);
    }
}

INLINE vec moved(vec mean, vec x, vec rest) {
    return vec_fma(x - mean, rest, mean);
}

void KERNEL(adamax)(const struct update *u) {
    const vec rate = vec_set(u->rate), rest_1 = vec_set(u->rest_1), beta_2 = vec_set(u->beta_2);
    EACH_VEC(i, n, u->count) {
        vec w = decayed(u, i, n), g = LOAD(u->gradient + i, n);
        vec m = moved(LOAD(u->first + i, n), g, rest_1);
        vec most = vec_max(beta_2 * LOAD(u->second + i, n), vec_less(g, vec_set(0), -g, g));
        STORE(u->first + i, m, n);
        STORE(u->second + i, most, n);
        STORE(u->weights + i, w - rate * m / (most + u->epsilon), n);
    }
}

void KERNEL(nadam)(const struct update *u) {
    const vec rate = vec_set(u->rate), gradient_rate = vec_set(u->gradient_rate);
    const vec rest_1 = vec_set(u->rest_1), rest_2 = vec_set(u->rest_2);
    const vec widening = vec_set(u->widening);
    EACH_VEC(i, n, u->count) {
        vec w = decayed(u, i, n), g = LOAD(u->gradient + i, n);
        vec m = moved(LOAD(u->first + i, n), g, rest_1), v = LOAD(u->second + i, n);
        v = vec_fma(vec_fma(g, g, -v), rest_2, v);
        STORE(u->first + i, m, n);
        STORE(u->second + i, v, n);
        vec step = vec_fma(rate, m, gradient_rate * g);
        STORE(u->weights + i, w - step / (vec_sqrt(v * widening) + u->epsilon), n);
    }
}

void KERNEL(average)(size_t count, real momentum, real rest, const real *x, real *mean) {
    EACH_VEC(i, n, count) {
        vec old = vec_set(momentum) * LOAD(mean + i, n);
        STORE(mean + i, vec_fma(vec_set(rest), LOAD(x + i, n), old), n);
    }
}
