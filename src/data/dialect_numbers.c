#include "data/dialect.h"

/* Counts of the signs in numbers, over columns. */
struct tally {
    size_t points, commas;                 /* that can only stand before a fraction */
    size_t either_points, either_commas;   /* before a fraction or between thousands */
    size_t grouped_points, grouped_commas; /* between thousands */
};

static struct tally count(const struct dialect *dialect, const size_t *column, size_t columns) {
    struct tally tally = {0};
    for (size_t i = 0; i < columns; i++) {
        const size_t *look = dialect->column[column[i]].look;
        tally.points += look[LOOK_POINT];
        tally.commas += look[LOOK_COMMA];
        tally.either_points += look[LOOK_POINT_OR_GROUP];
        tally.either_commas += look[LOOK_COMMA_OR_GROUP];
        tally.grouped_points += look[LOOK_POINT_GROUPS];
        tally.grouped_commas += look[LOOK_COMMA_GROUPS];
    }
    return tally;
}

/* What can and cannot be true of a tally. */
enum verdict { VERDICT_POINT, VERDICT_COMMA, VERDICT_CLASH, VERDICT_OPEN };

static enum verdict judge(const struct tally *t) {
    /* A comma between thousands makes the point the decimal sign, and the other way round. */
    bool point = t->points + t->grouped_commas > 0, comma = t->commas + t->grouped_points > 0;
    if (point && comma) return VERDICT_CLASH;
    if (comma) return VERDICT_COMMA;
    if (point || t->either_commas == 0) return VERDICT_POINT;
    return t->either_points > 0 ? VERDICT_CLASH : VERDICT_OPEN;
}

/* The decimal sign where no key gives it. */
static bool find_point(const struct tally *tally, const struct dialect_hints *hints,
                       const char *file, char *point, struct error *err) {
    const struct schema *known = hints->known;
    bool told = known != NULL && known->dialect.delimiter != '\0';
    bool signs = tally->points + tally->commas + tally->either_points + tally->either_commas +
                     tally->grouped_points + tally->grouped_commas >
                 0;
    enum verdict verdict = judge(tally);
    if (told && (!signs || verdict == VERDICT_OPEN)) {
        *point = known->dialect.point;
        return true;
    }
    *point = verdict == VERDICT_COMMA ? ',' : '.';
    if (verdict == VERDICT_CLASH)
        return error_set(err, ERROR_DATA,
                         "%s: numbers with a decimal point and with a comma; set data.decimal to "
                         "point or comma",
                         file);
    if (verdict == VERDICT_OPEN)
        return error_set(err, ERROR_DATA,
                         "%s: cannot tell whether the comma in numbers like 1,234 stands before a "
                         "fraction or between thousands; set data.decimal to point or comma",
                         file);
    return true;
}

/* The sign between thousands can only be the one that is not the decimal sign. */
static char find_thousands(const struct tally *tally, char point, const struct schema *known) {
    size_t commas = tally->grouped_commas + tally->either_commas;
    size_t points = tally->grouped_points + tally->either_points;
    if (point == '.' && commas > 0 && tally->commas == 0) return ',';
    if (point == ',' && points > 0 && tally->points == 0) return '.';
    bool alike = known != NULL && known->dialect.point == point;
    return alike ? known->dialect.thousands : '\0';
}

bool dialect_numbers(const struct dialect *dialect, const struct dialect_hints *hints,
                     const char *file, const size_t *column, size_t columns, char *point,
                     char *thousands, struct error *err) {
    const struct signs *signs = hints->signs;
    struct tally tally = count(dialect, column, columns);
    *point = signs->decimal;
    if (*point == '\0' && signs->thousands == ',') *point = '.';
    if (*point == '\0' && signs->thousands == '.') *point = ',';
    if (*point == '\0' && !find_point(&tally, hints, file, point, err)) return false;
    *thousands = signs->thousands;
    if (*thousands == '\0') *thousands = find_thousands(&tally, *point, hints->known);
    if (*thousands == CSV_NO_SIGN) *thousands = '\0';
    return true;
}
