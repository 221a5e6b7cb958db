#!/bin/sh
# Wrong calls, full disks, closed streams, small limits, odd surroundings: a documented code and one
# line, the same results wherever there are results, and the files of before stay whole.
. tests/tap.sh
train=$BIN/rnntrain
cat >c.yaml <<'END'
seed: 3
data: {generate: {task: sine, samples: 60, window: 4}}
model: {layers: [gru: 3, dense: 1]}
train: {epochs: 2, batch_size: 16}
END
"$train" -q c.yaml >/dev/null || exit 1
cp model.ckpt old.ckpt
cp history.csv old.csv
"$train" -q --write-data d.csv c.yaml
"$BIN/rnnpredict" -q model.ckpt d.csv >old.out

# ---- 88: the command line --------------------------------------------------------------------
usage() { # NAME MESSAGE TOOL ARGUMENTS...
  usage_name=$1 usage_text=$2 usage_tool=$3
  shift 3
  gives "88 $usage_name" 2 "$usage_tool: $usage_text (see $usage_tool --help)" "$BIN/$usage_tool" "$@"
}
gives '88 rnntrain without a config' 2 'rnntrain: expected a config file (see rnntrain --help)' "$train"
for tool in rnnpredict rnneval rnninfo rnnplot rnnexport; do
  run "$BIN/$tool"
  [ "$code" -eq 2 ] && [ "$(wc -l <err)" -eq 1 ] && grep -q "^$tool: .*(see $tool --help)\$" err
  ok $? "88 $tool without an operand"
  run "$BIN/$tool" --nonsense x y
  is "88 $tool, unknown option" "2 $tool: unknown option '--nonsense' (see $tool --help)" "$code $(cat err)"
done
usage 'a slip' "unknown option '--resum3'; did you mean '--resume'?" rnntrain --resum3 c.yaml
usage 'an option that is a key' \
  "unknown option '--batch-size'; what the config says is changed by train.batch_size=VALUE" \
  rnntrain --batch-size=5 c.yaml
usage 'an option of one letter' "unknown option '-x'" rnntrain -x c.yaml
usage 'without its argument' "option '--seed' needs an argument: N" rnntrain c.yaml --seed
usage 'too many operands' "unexpected operand 'c'; usage: rnnpredict [options] model.ckpt [input.csv]" rnnpredict a b c
gives '88 two configs' 2 "rnntrain: argument 'other.yaml': expected key.path=value, such as train.epochs=5" "$train" c.yaml other.yaml
gives '88 no number' 2 "rnntrain: argument 'seed=abc': seed: expected integer >= 0, got \"abc\"" \
  "$train" c.yaml --seed=abc

# ---- 89: where nothing can be written --------------------------------------------------------
gives '89 no such folder' 1 'rnntrain: cannot write none/model.ckpt: No such file or directory' \
  "$train" -q c.yaml output.checkpoint=none/model.ckpt
mkdir folder
gives '89 a folder' 1 'rnntrain: cannot write folder: Is a directory' "$train" -q c.yaml output.checkpoint=folder
if [ "$(id -u)" -ne 0 ]; then
  mkdir closed && chmod 555 closed
  gives '89 a folder that is read-only' 1 'rnntrain: cannot write closed/m.ckpt: Permission denied' \
    "$train" -q c.yaml output.checkpoint=closed/m.ckpt
  chmod 755 closed
else
  gives '89 a folder nobody can write in' 1 'rnntrain: cannot write /proc/m.ckpt: No such file or directory' \
    "$train" -q c.yaml output.checkpoint=/proc/m.ckpt
fi
cmp model.ckpt old.ckpt && cmp history.csv old.csv
ok $? '89 ... and what was there stays'

# ---- 90: full disks --------------------------------------------------------------------------
for tool in 'rnnpredict -q model.ckpt d.csv' 'rnninfo model.ckpt' 'rnnpredict --help' 'rnneval --version' \
  'rnntrain --print-config c.yaml' 'rnntrain -q --write-data - c.yaml' 'rnntrain -q --show-samples 2 c.yaml'; do
  # shellcheck disable=SC2086 # words are meant
  "$BIN/"$tool >/dev/full 2>err
  is "90 $tool >/dev/full" "1 ${tool%% *}: standard output: No space left on device" "$? $(cat err)"
done
gives '90 a checkpoint to a full device' 1 'rnntrain: cannot write /dev/full: No space left on device' \
  "$train" -q c.yaml output='{checkpoint: /dev/full, history: h.csv}'
gives '90 a history on a full device' 1 'rnntrain: cannot write /dev/full: No space left on device' \
  "$train" -q c.yaml output.history=/dev/full
gives '90 the data to a full device' 1 'rnntrain: cannot write /dev/full: No space left on device' \
  "$train" -q c.yaml --write-data /dev/full
cmp model.ckpt old.ckpt
ok $? '90 ... and the checkpoint stays'
(
  ulimit -f 2 # blocks of 512 bytes
  exec "$train" -q c.yaml 'model.layers=[gru: 40, dense: 1]' >out 2>err
)
is '90 a limit on the size of files' '1 rnntrain: cannot write model.ckpt: File too large' "$? $(cat err)"
cmp model.ckpt old.ckpt
ok $? '90 ... and the checkpoint stays'
is '90 ... and nothing is left' '' "$(find . -name '.*tmp*' -o -name '.*.lock')"
# A small file system of its own, where this process may have one.
cat >full.sh <<'END'
mount -t tmpfs -o size=64k none full || exit 77
cp model.ckpt full/ && cd full || exit 77
sync
"$@" -q ../c.yaml output='{checkpoint: model.ckpt, history: ../h.csv}' 'model.layers=[gru: 120, dense: 1]'
code=$?
cmp model.ckpt ../old.ckpt || exit 78
[ "$(ls -A)" = model.ckpt ] || exit 79
exit $code
END
mkdir full
if unshare -m true 2>/dev/null; then run unshare -m sh full.sh "$train"; else code=77; fi
case $code in
1)
  is '90 a full file system' 'rnntrain: cannot write model.ckpt: No space left on device' "$(cat err)"
  ;;
77 | 127) skip '90 a full file system' 'no file system of our own here' ;;
*) ok 1 "90 a full file system ($code)" ;;
esac

# ---- 91: memory ------------------------------------------------------------------------------
case $BIN in
*/build/*) skip '91 limits on memory' 'a sanitizer takes more' ;;
*)
  bad=
  for kilobytes in 4000 6000 8000 10000 12000 16000 24000 32000 64000; do
    (
      # shellcheck disable=SC3045 # where a shell has none, the test is skipped
      ulimit -v $kilobytes
      exec "$train" -q c.yaml threads=1 output='{checkpoint: v.ckpt, history: v.csv}' >out 2>err
    )
    code=$?
    case $code in
    0) ;;
    1) grep -Eqx 'rnntrain: (.*out of memory.*|.*Cannot allocate memory.*|cannot start.*)' err || bad="$bad; $kilobytes: $(cat err)" ;;
    127) grep -q 'error while loading\|cannot allocate' err || bad="$bad; $kilobytes: $(cat err)" ;;
    *) bad="$bad; $kilobytes: exit $code" ;;
    esac
  done
  is '91 limits on memory' '' "$bad"
  ;;
esac
gives '91 more than there is' 1 "$("$train" -q c.yaml 'model.layers=[lstm: 65536, lstm: 65536, lstm: 65536, lstm: 65536, dense: 1]' 2>&1)" \
  "$train" -q c.yaml 'model.layers=[lstm: 65536, lstm: 65536, lstm: 65536, lstm: 65536, dense: 1]'
grep -Eq '^rnntrain: .*(needs|needed) [0-9.]+ [GT]B' err
ok $? '91 ... says how much'

# ---- 93: standard streams --------------------------------------------------------------------
head_of() { # COMMAND...: its exit code when the reader takes one line
  { "$@" 2>err && echo 0 >status || echo $? >status; } | head -n 1 >/dev/null
  cat status
}
head -n 1 d.csv >columns
awk -v header="$(cat columns)" 'BEGIN { print header; n = split(header, c, ","); for (i = 0; i < 60000; i++) { s = i % 9; for (k = 1; k < n; k++) s = s "," (i + k) % 9; print s } }' >many.csv
is '93 a reader that goes away' '1 ' "$(head_of "$BIN/rnnpredict" -q model.ckpt many.csv) $(cat err)"
for closed in '<&-' '>&-' '2>&-' '<&- >&- 2>&-'; do
  rm -f model.ckpt history.csv
  eval "(exec \"\$train\" -q c.yaml) >out 2>err $closed"
  code=$?
  # shellcheck disable=SC2238 # a file of that name
  cmp model.ckpt old.ckpt >diff 2>&1
  same=$?
  case $closed in
  '>&-'* | *' >&-'*) wanted=1 ;;
  *) wanted=0 ;;
  esac
  is "93 $closed at the start: the code, the same checkpoint" "$wanted 0" "$code $same"
done
eval "(exec \"\$BIN/rnnpredict\" -q model.ckpt) <&-" >out 2>err
code=$?
[ "$code" -eq 3 ] && [ "$(wc -l <err)" -eq 1 ] && [ ! -s out ]
ok $? "93 nothing to read from ($(cat err))"

# ---- 95: diverged ----------------------------------------------------------------------------
run "$train" -q c.yaml train.optimizer='{sgd: {learning_rate: 1e30}}' output='{checkpoint: big.ckpt, history: big.csv}'
[ "$code" -eq 4 ] && [ "$(wc -l <err)" -eq 1 ] && grep -q '^rnntrain: diverged ' err
ok $? '95 a learning rate that is too high'
[ ! -e big.ckpt ] || "$BIN/rnninfo" big.ckpt >out
ok $? '95 ... and nothing poisoned is saved'

# ---- 96: surroundings ------------------------------------------------------------------------
same() { # NAME COMMAND...: training gives the same checkpoint
  same_name=$1
  shift
  rm -f model.ckpt history.csv
  "$@" "$train" -q c.yaml >out 2>err || sed 's/^/# /' err
  cmp model.ckpt old.ckpt
  ok $? "96 the same with $same_name"
}
for value in abc 0 9999; do same "OMP_NUM_THREADS=$value" env OMP_NUM_THREADS=$value; done
same 'a locale of commas' env LC_ALL=de_DE.UTF-8 LC_NUMERIC=de_DE.UTF-8
same 'a locale that is none' env LC_ALL=nonsense
same 'another time zone' env TZ=Asia/Kathmandu
same 'nothing in the environment' env -i
case $BIN in
*thread*) skip '96 the same with a small stack' 'the sanitizer needs its own' ;;
*) same 'a small stack' sh -c 'ulimit -s 64; exec "$@"' sh ;;
esac
same 'another instruction set' sh -c 'exec "$@" --isa generic' sh
same 'few open files' sh -c 'ulimit -n 16; exec "$@"' sh
rm -f model.ckpt history.csv
(umask 777 && exec "$train" -q c.yaml >out 2>err)
code=$?
is '96 a umask that takes all rights' '0 ----------' "$code $(stat -c %A model.ckpt 2>/dev/null)"
rm -f model.ckpt history.csv
(umask 077 && exec "$train" -q c.yaml >out 2>err)
is '96 a umask is kept to' '-rw-------' "$(stat -c %A model.ckpt)"
gives '96 threads that are none' 2 "rnntrain: argument 'threads=0': threads: expected integer 1..1024 or auto, got \"0\"" \
  "$train" c.yaml --threads 0
done_testing
