/* Records of any bytes, split by rules that the first byte chooses: every field lies within its record,
 * records follow each other without a gap, and what ends in a fault has its place. */
#include "fuzz.h"

#include "data/csv.h"

static void look(const struct csv_record *record, const char *bytes, size_t left) {
    const char *before = bytes, *end = bytes + record->length;
    HOLDS(record->bytes == bytes && record->length > 0 && record->length <= left);
    for (size_t i = 0; i < record->fields; i++) {
        const struct csv_field *field = &record->field[i];
        HOLDS(field->bytes >= before && field->bytes + field->length <= end);
        HOLDS(field->length <= CSV_FIELD_LIMIT);
        before = field->bytes + field->length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static const char delimiters[] = ",;\t ";
    struct csv_record record = {0};
    struct csv_rules rules;
    if (length == 0) return 0;
    uint8_t choice = *bytes;
    csv_set_rules(&rules, delimiters[choice & 3], (choice & 4) != 0 ? CSV_NO_SIGN : '"',
                  (choice & 8) != 0 ? '#' : CSV_NO_SIGN);
    char *text = fuzz_text(bytes + 1, length - 1);
    text[--length] = '\n';
    for (size_t at = 0; at < length; at += record.length) {
        size_t fault = 0;
        enum csv_scan scan =
            csv_split(&rules, text + at, length - at, (choice & 16) == 0, &record, &fault);
        if (scan != CSV_SCANNED) {
            HOLDS(scan == CSV_PARTIAL || at + fault <= length);
            break;
        }
        look(&record, text + at, length - at);
    }
    free(record.field);
    free(text);
    return 0;
}
