#!/bin/sh
# Time whole training steps over shapes small and large: bench/run.sh BIN/rnnbench
# One table: cell, B T I H L, threads, milliseconds a step, GFLOP/s. Pinned to one processor (two
# with two threads) where taskset is there, so that the figures compare.
rnnbench=$1
seconds=${SECONDS_EACH:-2}

pinned() {
  cpus=$1
  shift
  if command -v taskset >/dev/null; then taskset -c "$cpus" "$@"; else "$@"; fi
}

printf '%-11s %-18s %8s %12s %10s\n' cell 'B T I H L' threads 'ms a step' GFLOP/s
for shape in '18 1 1 64 1' '32 12 1 64 2' '32 100 8 128 2' '64 50 64 256 2' '64 100 64 512 2' \
  '1 100 8 128 1' '17 50 7 100 2'; do
  for cell in lstm gru; do
    for threads in 1 2; do
      cpus=0
      [ "$threads" = 2 ] && cpus=0,1
      # shellcheck disable=SC2086 # a shape is five words
      line=$(pinned "$cpus" "$rnnbench" --seconds "$seconds" --threads "$threads" "$cell" $shape) ||
        exit 1
      printf '%-11s %-18s %8s %12s %10s\n' "$cell" "$shape" "$threads" \
        "$(echo "$line" | cut -d, -f8)" "$(echo "$line" | cut -d, -f9)"
    done
  done
done
