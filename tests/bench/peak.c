/* The machine's limit: fused multiply-adds of one thread in GFLOP/s, for each vector width it has.
 * Prints a line "peak,ISA,GFLOP/s" for each; the best of several runs. */
#include <stdio.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Twelve chains: more than the latency of two units needs. */
#define CHAINS(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)
#define START(i)  vec sum##i = x + (float)i;
#define TURN(i)   sum##i = sum##i * x + y;
#define FINISH(i) total += sum##i;
#define PEAK(name, isa, bytes)                                                                     \
    __attribute__((target(isa), optimize("O3", "fp-contract=fast"))) static double name(void) {    \
        typedef float vec __attribute__((vector_size(bytes)));                                     \
        enum { TURNS = 4000000, RUNS = 7 };                                                        \
        double best = 1e9;                                                                         \
        vec x = (vec){0} + 0.999f, y = (vec){0} + 0.001f, total = (vec){0};                        \
        for (int run = 0; run < RUNS; run++) {                                                     \
            CHAINS(START)                                                                          \
            double start = now();                                                                  \
            for (int i = 0; i < TURNS; i++) {                                                      \
                CHAINS(TURN)                                                                       \
            }                                                                                      \
            double time = now() - start;                                                           \
            CHAINS(FINISH)                                                                         \
            if (time < best) best = time;                                                          \
        }                                                                                          \
        volatile float keep = total[0];                                                            \
        (void)keep;                                                                                \
        return 12.0 * TURNS * 2 * (bytes / 4) / best / 1e9;                                        \
    }
#if defined __x86_64__
PEAK(peak_avx2, "avx2,fma", 32)
PEAK(peak_avx512, "avx512f,avx512vl,prefer-vector-width=512", 64)
#endif

int main(void) {
#if defined __x86_64__
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl"))
        printf("peak,avx512,%.1f\n", peak_avx512());
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        printf("peak,avx2,%.1f\n", peak_avx2());
#endif
    return 0;
}
