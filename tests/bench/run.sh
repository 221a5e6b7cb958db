#!/bin/sh
# Time whole training steps over shapes small and large: run.sh BIN/rnnbench
#
# A line for each shape, cell (CELLS: lstm gru simple_rnn) and number of threads: milliseconds a
# step, GFLOP/s, the share of the machine's peak (measured just before, one thread), and how many
# times faster than each peer that is there. Programs take turns; figures are medians of ROUNDS (3)
# runs of SECONDS_EACH (1). Sizes that are not round stand between their round neighbours.
#
# Peers: PyTorch, where python3 has it (Debian: apt-get install python3-torch), oneDNN 2's recurrent
# primitives, where they compile (apt-get install libdnnl-dev g++), and whatever PEERS names:
# programs that take CELL B T I H L SECONDS and print NAME,...,ms,GFLOP/s as rnnbench does.
rnnbench=$1
here=$(dirname "$0")
rounds=${ROUNDS:-3} seconds=${SECONDS_EACH:-1}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

pinned() { # CPUS COMMAND...
  cpus=$1
  shift
  if command -v taskset >/dev/null; then taskset -c "$cpus" "$@"; else "$@"; fi
}

median() { # FILE: of the last field but one (ms) of its lines
  awk -F, '{ print $(NF - 1) }' "$1" | sort -n | awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }'
}

peers=${PEERS:-}
if /usr/bin/python3 -c 'import torch' 2>/dev/null; then
  peers="$here/torch_step.py $peers"
else
  echo 'PyTorch is not there to compare with: apt-get install python3-torch (Debian)' >&2
fi

if ${CXX:-c++} -O2 -o "$work/onednn_step" "$here/onednn_step.cpp" -ldnnl 2>/dev/null; then
  peers="$work/onednn_step $peers"
else
  echo 'oneDNN 2 is not there to compare with: apt-get install libdnnl-dev g++ (Debian)' >&2
fi

${CC:-cc} -O2 -o "$work/peak" "$here/peak.c" && peak=$(pinned 0 "$work/peak" | head -n 1)
echo "peak of one thread: ${peak:-unknown}"
best=$(echo "$peak" | cut -d, -f3)
printf '%-5s %-17s %2s %10s %8s %6s' cell 'B T I H L' th 'ms a step' GFLOP/s peak
for peer in $peers; do printf ' %16s' "x $(basename "$peer")"; done
echo
for shape in '18 1 1 64 1' '32 12 1 64 2' '32 100 8 128 2' '64 50 64 256 2' '64 100 64 512 2' \
  '1 100 8 128 1' '16 50 8 96 2' '17 50 7 100 2' '16 50 8 104 2'; do
  for cell in ${CELLS:-lstm gru simple_rnn}; do
    for threads in 1 2; do
      cpus=0
      [ "$threads" = 2 ] && cpus=0,1
      rm -f "$work"/*.csv
      round=0
      while [ $round -lt "$rounds" ]; do
        # shellcheck disable=SC2086 # a shape is five words
        pinned $cpus "$rnnbench" --seconds "$seconds" --threads $threads $cell $shape \
          >>"$work/own.csv" || exit 1
        number=0
        for peer in $peers; do
          number=$((number + 1))
          # shellcheck disable=SC2086
          OMP_NUM_THREADS=$threads pinned $cpus "$peer" $cell $shape "$seconds" \
            >>"$work/peer$number.csv" 2>/dev/null
        done
        round=$((round + 1))
      done
      ms=$(median "$work/own.csv")
      awk -F, -v ms="$ms" -v best="${best:-0}" -v cell="$cell" -v shape="$shape" -v threads="$threads" '
        NR == 1 { rate = $NF * $(NF - 1) / ms
          printf "%-5s %-17s %2d %10.4f %8.1f %5.0f%%", cell, shape, threads, ms, rate,
            (best > 0 ? 100 * rate / best / threads : 0) }' "$work/own.csv"
      number=0
      for peer in $peers; do
        number=$((number + 1))
        awk -v own="$ms" -v other="$(median "$work/peer$number.csv")" \
          'BEGIN { if (other > 0) printf " %16.2f", other / own; else printf " %16s", "-" }'
      done
      echo
    done
  done
done
