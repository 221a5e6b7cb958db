#!/bin/sh
# The memory that the start-up report promises is what the run then takes, within a tenth: a small
# model, a large one, much data, a resumed run. The kernel's count of it ends the table of --profile.
. tests/tap.sh
train=$BIN/rnntrain

# within NAME CONFIG [KEY=VALUE...]
within() {
  memory_name=$1
  shift
  "$train" --profile "$@" >out 2>err || sed 's/^/# /' err
  sed -n 's/^memory \([0-9.]* [kMG]B\),.*/said \1/p; s/.*memory at most \(.*\)/took \1/p' err >both
  if ! grep -q took both; then
    skip "$memory_name" 'the system does not say what a process takes'
    return
  fi
  awk '{ kB[$1] = $2 * ($3 == "kB" ? 1 : $3 == "MB" ? 1000 : 1000000) }
    END { exit !(kB["said"] > 0.9 * kB["took"] && kB["said"] < 1.1 * kB["took"]) }' both
  memory_status=$?
  [ "$memory_status" -eq 0 ] || sed 's/^/# /' both
  ok "$memory_status" "$memory_name"
}

case $BIN in
*/build/*)
  skip 'memory' 'a build with a sanitizer takes more'
  done_testing
  exit
  ;;
esac
cat >small.yaml <<'END'
data: {generate: {task: sine, samples: 200, window: 8}, validation: 20}
model: {layers: [lstm: 8, dense: 1]}
train: {epochs: 3, batch_size: 16}
END
within 'a small model' small.yaml
within 'two threads' small.yaml threads=2
cat >large.yaml <<'END'
data: {generate: {task: sine, samples: 20, window: 8}}
model: {layers: [lstm: 384, dense: 1]}
train: {epochs: 1, batch_size: 16, early_stopping: {monitor: loss}}
output: {checkpoint: large.ckpt, compression: 0}
END
within 'a large model' large.yaml
within 'a large model, resumed' large.yaml --resume train.epochs=2
within 'a large model, from the weights of another' large.yaml --init-from large.ckpt output.checkpoint=other.ckpt
cat >data.yaml <<'END'
data: {csv: wide.csv, inputs: 'c*', targets: c3, window: 8}
model: {layers: [lstm: 8, dense: 1]}
train: {epochs: 1, batch_size: 16, steps_per_epoch: 2}
END
{
  echo c1,c2,c3,c4,c5,c6,c7,c8,c9,c10
  yes 1.5,2.25,3,4,5,6,7,8,9,10 | head -n 300000
} >wide.csv
within 'much data' data.yaml
within 'much data, scaled' data.yaml data.scale=robust
done_testing
