#!/bin/sh
# Say what the tests need and this machine lacks, and how to get it.
missing=
printf '#include <stdarg.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <setjmp.h>\n#include <cmocka.h>\n' |
  ${1:-cc} -E - >/dev/null 2>&1 || missing="$missing libcmocka-dev"
perl -MTAP::Harness -MJSON::PP -e1 2>/dev/null || missing="$missing perl"
command -v gzip >/dev/null || missing="$missing gzip"
[ -z "$missing" ] && exit 0
echo "make check needs$missing: apt-get install$missing (names are Debian's)" >&2
exit 1
