#!/bin/sh
# libFuzzer on each target for some seconds: run.sh FOLDER SECONDS TARGET... What it finds anew is kept
# in build/corpus/TARGET; an input that breaks a target stays here as crash-*, and ends the run.
# libyaml and zlib tell the fuzzer what it reaches in them only when they are built for it, too; a build
# of your own is named by make's LIBS='.../libyaml.a .../libz.a -lm'.
folder=$1 seconds=$2
shift 2
# What is freed is watched for as long as 4 MB of other blocks; the usual 256 MB cost half the speed.
export ASAN_OPTIONS="${ASAN_OPTIONS:-quarantine_size_mb=4:malloc_context_size=2:allocator_release_to_os_interval_ms=-1}"
mkdir -p build/corpus
# Words to try: every key of a config.
sed -n 's/^\.It \(Ic\|Cm\) \([a-z_0-9]*\)$/"\2"/p' man/rnntrain-config.5 | sort -u >build/corpus/keys.dict
# ... and what a checkpoint's header is made of.
printf '"%s"\n' '\"F32\"' '\"shape\":[' '\"data_offsets\":[' null true -1 1e308 18446744073709551615 >>build/corpus/keys.dict
for target; do
  mkdir -p "build/corpus/$target"
  set -- "$folder/$target" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -max_len=65536 \
    -print_final_stats=1 -dict=build/corpus/keys.dict "build/corpus/$target"
  [ ! -d "tests/fuzz/corpus/$target" ] || set -- "$@" "tests/fuzz/corpus/$target"
  "$@" >"build/corpus/$target.log" 2>&1 || {
    tail -n 40 "build/corpus/$target.log"
    echo "fuzz: $target failed; the log is build/corpus/$target.log" >&2
    exit 1
  }
  awk -v target="$target" '/^stat::number_of_executed_units/ { runs = $2 }
    /^stat::average_exec_per_sec/ { rate = $2 } /^stat::peak_rss_mb/ { peak = $2 }
    END { printf "%s: %d runs, %d per second, %d MB\n", target, runs, rate, peak }' "build/corpus/$target.log"
done
