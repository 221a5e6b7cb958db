# shellcheck shell=sh
# What script tests share; each begins with `. tests/tap.sh`, from the repository root. It leaves
# the test in a new folder, which goes away with it.
BIN=$(cd "${BIN:-bin}" && pwd) || exit 1
root=$PWD
work=$(mktemp -d "${TMPDIR:-/tmp}/rnntrain-test.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
LC_ALL=C
export LC_ALL
unset COLUMNS
tap_count=0

# ok STATUS NAME
ok() {
  tap_count=$((tap_count + 1))
  if [ "$1" -eq 0 ]; then echo "ok $tap_count - $2"; else echo "not ok $tap_count - $2"; fi
}

skip() { # NAME WHY
  tap_count=$((tap_count + 1))
  echo "ok $tap_count - $1 # SKIP $2"
}

# is NAME WANTED FOUND: the same text
is() {
  if [ "$2" = "$3" ]; then
    ok 0 "$1"
  else
    ok 1 "$1"
    printf '%s\n' "wanted: $2" "found:  $3" | sed 's/^/# /'
  fi
}

# run COMMAND...: leaves $code, and what was said in the files out and err
run() {
  "$@" >out 2>err
  code=$?
}

# gives NAME CODE 'STANDARD ERROR' COMMAND...: exit code and all of standard error, exactly
gives() {
  tap_name=$1 tap_code=$2 tap_text=$3
  shift 3
  run "$@"
  is "$tap_name" "$tap_code $tap_text" "$code $(cat err)"
}

# works NAME COMMAND...: exit code 0
works() {
  tap_name=$1
  shift
  run "$@"
  [ "$code" -eq 0 ] || sed 's/^/# /' err
  ok "$code" "$tap_name"
}

# tensors FILE: names, shapes and checksums, by an independent reader
tensors() {
  perl "$root/tests/read_safetensors.pl" "$1"
}

# without_clock FILE: a history without its clock columns, which are the last two
without_clock() {
  sed 's/,[^,]*,[^,]*$//' "$1"
}

# same_run NAME FOLDER FOLDER: the checkpoints' tensors and the histories are equal
same_run() {
  tensors "$2/model.ckpt" >tap_a && tensors "$3/model.ckpt" >tap_b && cmp tap_a tap_b &&
    without_clock "$2/history.csv" >tap_a && without_clock "$3/history.csv" >tap_b &&
    cmp tap_a tap_b
  ok $? "$1"
}

done_testing() {
  echo "1..$tap_count"
}
