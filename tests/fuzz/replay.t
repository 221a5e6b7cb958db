#!/bin/sh
# The inputs that fuzzing has kept go through every target again.
BUILD=${BUILD:-build}
n=0
targets=$(find tests/fuzz -name '*.c' ! -name replay.c | sed 's|.*/||; s|\.c$||' | sort)
echo "1..$(echo "$targets" | wc -l)"
for target in $targets; do
  n=$((n + 1))
  count=$(find "tests/fuzz/corpus/$target" -type f | wc -l)
  found=$(find "tests/fuzz/corpus/$target" -type f -exec "$BUILD/tests/fuzz/$target" {} + 2>&1)
  if [ "$count" -gt 10 ] && [ "$found" = "$count" ]; then
    echo "ok $n - $target: $count inputs"
  else
    echo "not ok $n - $target: $count inputs"
    echo "$found" | tail -n 5 | sed 's/^/# /'
  fi
done
