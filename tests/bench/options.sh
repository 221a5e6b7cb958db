#!/bin/sh
# What layers and options cost beside the plain cell: options.sh BIN/rnnbench
#
# For each shape and cell: how many times as long a training step takes with the option. The two
# take turns; figures are medians of ROUNDS (5) pairs of runs of SECONDS_EACH (1), one thread.
rnnbench=$1
rounds=${ROUNDS:-5} seconds=${SECONDS_EACH:-1}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

one() { # SHAPE CELL LAYERS: ms a step
  # shellcheck disable=SC2086 # a shape is five words
  if command -v taskset >/dev/null; then set -- "$1" "$2" "$3" taskset -c 0; fi
  shape=$1 cell=$2 layers=$3
  shift 3
  # shellcheck disable=SC2086
  "$@" "$rnnbench" --seconds "$seconds" --layers "$layers" $cell $shape | cut -d, -f8
}

compare() { # NAME SHAPE CELL PLAIN OTHER
  round=0
  : >"$work/ratios"
  while [ $round -lt "$rounds" ]; do
    base=$(one "$2" "$3" "$4") || exit 1
    other=$(one "$2" "$3" "$5") || exit 1
    awk -v a="$base" -v b="$other" 'BEGIN { print b / a }' >>"$work/ratios"
    round=$((round + 1))
  done
  printf '%-22s %-5s %-17s %10.4f %7.3f\n' "$1" "$3" "$2" "$base" \
    "$(sort -n "$work/ratios" | awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }')"
}

printf '%-22s %-5s %-17s %10s %7s\n' option cell 'B T I H L' 'plain ms' times
for shape in ${SHAPES:-'32 12 1 64 1' '32 100 8 128 1' '64 50 64 256 1'}; do
  units=$(echo "$shape" | cut -d' ' -f4)
  for cell in lstm gru; do
    plain="[$cell: $units, dense: 1]"
    with() { echo "[$cell: {units: $units, $1}, dense: 1]"; }
    compare bidirectional "$shape" $cell "$plain" "[bidirectional: {$cell: $units}, dense: 1]"
    compare 'dropout 0.2' "$shape" $cell "$plain" "$(with 'dropout: 0.2')"
    compare 'recurrent_dropout 0.2' "$shape" $cell "$plain" "$(with 'recurrent_dropout: 0.2')"
    compare layer_normalization "$shape" $cell "[$cell: $units, pool: last, dense: 1]" \
      "[$cell: $units, layer_normalization, pool: last, dense: 1]"
  done
done
