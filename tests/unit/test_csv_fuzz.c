/* Malformed CSV: a line and a reason, or a right answer. tests/long has more of it. */
#include "csv_fuzz.h"

static void survives_files(void **state) {
    (void)state;
    fuzz_files(0, 3000);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(survives_files)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
