/* Malformed CSV: a line and a reason, or a right answer. 100,000 files. */
#include "csv_fuzz.h"

static void survives_100000_files(void **state) {
    (void)state;
    fuzz_files(0, 100000);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(survives_100000_files)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
