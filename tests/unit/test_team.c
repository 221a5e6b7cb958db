/* A team of threads: everybody works, every round ends before the next, shares cover exactly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "base/team.h"

enum { MOST = 8 };

struct rounds {
    size_t round;
    size_t done[MOST]; /* by each member; plain: the team orders the accesses */
    size_t sizes_wrong, numbers_wrong;
    size_t size;
};

static void count_round(void *context, size_t member, size_t size) {
    struct rounds *rounds = context;
    if (size != rounds->size) rounds->sizes_wrong++;
    if (rounds->done[member] != rounds->round) rounds->numbers_wrong++;
    rounds->done[member]++;
}

static void run_rounds(size_t size, size_t count, long pause_nanoseconds) {
    struct error err;
    struct rounds rounds = {.size = size};
    struct team *team = team_start(size, &err);
    assert_non_null(team);
    assert_int_equal(team_size(team), size);
    for (rounds.round = 0; rounds.round < count; rounds.round++) {
        team_run(team, count_round, &rounds);
        for (size_t i = 0; i < size; i++) assert_int_equal(rounds.done[i], rounds.round + 1);
        if (pause_nanoseconds > 0) (void)nanosleep(&(struct timespec){0, pause_nanoseconds}, NULL);
    }
    assert_int_equal(rounds.sizes_wrong + rounds.numbers_wrong, 0);
    team_stop(team);
}

static void test_one(void **state) {
    (void)state;
    run_rounds(1, 100, 0);
}
static void test_many_rounds(void **state) {
    (void)state;
    run_rounds(2, 20000, 0);
}
static void test_more_than_processors(void **state) {
    (void)state;
    for (size_t size = 3; size <= MOST; size++) run_rounds(size, 100, 0);
}
/* Members that fell asleep between the rounds wake up again. */
static void test_pauses(void **state) {
    (void)state;
    run_rounds(3, 30, 3000000);
}

static void test_stop_at_once(void **state) {
    struct error err;
    (void)state;
    for (int i = 0; i < 50; i++) team_stop(team_start(4, &err));
    team_stop(NULL);
}

/* What one member wrote in a round is there for every other in the next. */
struct ring {
    size_t value[MOST], next[MOST];
    bool even;
};
static void pass_on(void *context, size_t member, size_t size) {
    struct ring *ring = context;
    size_t from = (member + 1) % size;
    if (ring->even)
        ring->next[member] = ring->value[from] + 1;
    else
        ring->value[member] = ring->next[from] + 1;
}
static void test_sees_what_others_wrote(void **state) {
    struct error err;
    struct ring ring = {0};
    struct team *team = team_start(4, &err);
    (void)state;
    assert_non_null(team);
    for (size_t round = 0; round < 400; round++) {
        ring.even = round % 2 == 0;
        team_run(team, pass_on, &ring);
    }
    for (size_t i = 0; i < 4; i++) assert_int_equal(ring.value[i], 400);
    team_stop(team);
}

static void test_shares(void **state) {
    static const size_t counts[] = {0, 1, 2, 15, 16, 17, 31, 100, 257}, blocks[] = {1, 3, 16};
    (void)state;
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
        for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++)
            for (size_t size = 1; size <= 20; size++) {
                size_t count = counts[c], block = blocks[b], at = 0, most = 0, least = SIZE_MAX;
                for (size_t member = 0; member < size; member++) {
                    struct team_range range = team_share(count, block, member, size);
                    assert_int_equal(range.first, at);
                    assert_true(range.end >= range.first);
                    assert_true(range.first == count || range.first % block == 0);
                    at = range.end;
                    size_t n = (range.end - range.first + block - 1) / block;
                    if (n > most) most = n;
                    if (n < least) least = n;
                }
                assert_int_equal(at, count);
                assert_true(most - least <= 1);
            }
}

static void test_processors(void **state) {
    (void)state;
    assert_true(team_processors() >= 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one),
        cmocka_unit_test(test_many_rounds),
        cmocka_unit_test(test_more_than_processors),
        cmocka_unit_test(test_pauses),
        cmocka_unit_test(test_stop_at_once),
        cmocka_unit_test(test_sees_what_others_wrote),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_processors),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
