#!/bin/sh
# --log-json, the history as lines of JSON; SIGUSR1, a question that changes nothing.
. tests/tap.sh
train=$BIN/rnntrain
cat >c.yaml <<'YAML'
seed: 3
data: {generate: {task: sine, samples: 300, window: 10, noise: 0.1}, scale: standard, validation: 0.2}
model: {layers: [gru: 5, dropout: 0.2, dense: 1]}
train: {epochs: 6, batch_size: 7, metrics: [mae], validation_freq: 2}
YAML

# ---- the log is the history ------------------------------------------------------------------
cat >same.pl <<'PERL'
use strict; use warnings; use JSON::PP;
my ($csv, $log) = @ARGV;
open my $history, '<', $csv or die; open my $lines, '<', $log or die;
chomp(my $head = <$history>);
my @names = split /,/, $head;
while (my $row = <$history>) {
    chomp $row;
    my @value = split /,/, $row, -1;
    my $line = <$lines> // '{}';
    my $object = JSON::PP->new->decode($line);
    my @order = $line =~ /"(\w+)":/g;
    print "keys: @order\n" if "@order" ne "@names";
    for (0 .. $#names) {
        my $found = $object->{$names[$_]};
        print "$.: $names[$_]: ", $found // 'null', ", not $value[$_]\n"
            if $value[$_] eq '' ? defined $found : !defined $found || $found != $value[$_];
    }
}
print "a line too many\n" if defined <$lines>;
PERL
run "$train" -q --log-json log.jsonl c.yaml
is 'the run is the same' 0 "$code"
perl same.pl history.csv log.jsonl >found
is 'a line for each epoch: the keys and numbers of history.csv' '6 ' \
  "$(wc -l <log.jsonl) $(cat found)"
is '... null where an epoch was not validated' 3 "$(grep -c '"val_loss":null,"val_mae":null' log.jsonl)"
is '... no other word' 0 "$(grep -ci 'nan\|inf' log.jsonl)"
cp model.ckpt once.ckpt
cut -d, -f1-7 history.csv >once
mkfifo pipe
"$train" -q --log-json pipe c.yaml output.checkpoint=other.ckpt output.history=other.csv train.epochs=1000000 train.max_time=20s >out 2>err &
child=$!
exec 9<pipe
read -r first <&9
kill -0 "$child"
is '... flushed: the first is read while the run goes on' '0 {"epoch":1' "$? ${first%%,*}"
kill "$child"
exec 9<&-
wait "$child"

# ---- a resumed run ---------------------------------------------------------------------------
run "$train" -q --log-json log.jsonl c.yaml train.epochs=3
printf '{"epoch":4,"loss":0.1,"x":1}\n{"epoch":5,"lo' >>log.jsonl
works 'a log with lines after the checkpoint, and a torn one' \
  "$train" -q --log-json log.jsonl c.yaml --resume
perl same.pl history.csv log.jsonl >found
is '... has each epoch once' '6 ' "$(wc -l <log.jsonl) $(cat found)"
cmp -s model.ckpt once.ckpt && cut -d, -f1-7 history.csv | cmp -s - once
ok $? '... and the run has the same bits'
cksum log.jsonl >before
run "$train" -q --log-json log.jsonl c.yaml --resume
is 'a run that is over leaves it alone' "0 $(cat before)" "$code $(cksum log.jsonl)"
run "$train" -q c.yaml train.epochs=3
echo notes >notes
gives 'resumed with a file that is no log: an error' 1 \
  'rnntrain: notes:1: not a log of epochs, so there is nothing to go on with' \
  "$train" -q --log-json notes c.yaml --resume
is '... which stays' notes "$(cat notes)"
run "$train" -q --log-json new.jsonl c.yaml --resume
is 'a log that begins at the resumption' '0 {"epoch":4 3' \
  "$code $(head -n 1 new.jsonl | cut -d, -f1) $(wc -l <new.jsonl)"

# ---- where it goes ---------------------------------------------------------------------------
rm -f model.ckpt history.csv
gives 'a folder that is not there, before training' 1 'rnntrain: cannot write no/log: No such file or directory' \
  "$train" -q --log-json no/log c.yaml
gives '... with --check too' 1 'rnntrain: cannot write no/log: No such file or directory' \
  "$train" -q --check --log-json no/log c.yaml
gives 'the config' 2 "rnntrain: output 'c.yaml' would overwrite what is read" \
  "$train" -q --log-json c.yaml c.yaml
gives 'the history' 2 "rnntrain: two outputs have the name 'history.csv'" \
  "$train" -q --log-json history.csv c.yaml
gives 'standard output, where the result goes' 2 \
  'rnntrain: --log-json: standard output is for the result; name a file, or /dev/stderr (see rnntrain --help)' \
  "$train" -q --log-json - c.yaml
is 'none of these wrote anything' '' "$(ls model.ckpt history.csv 2>/dev/null)"
if [ -e /dev/stderr ]; then
  run "$train" -q --log-json /dev/stderr c.yaml
  is 'standard error: all of it' '0 6 1' "$code $(grep -c '^{"epoch":[1-6],.*}$' err) $(wc -l <out)"
  echo before >both
  "$train" --log-json /dev/stderr c.yaml >out 2>>both
  is '... beside what else is said, none of it lost' '1 6 6' \
    "$(grep -c '^before$' both) $(grep -c '^{' both) $(grep -c '^epoch' both)"
else
  skip 'standard error' 'no /dev/stderr'
fi
if [ -c /dev/full ]; then
  gives 'a full disk' 1 'rnntrain: cannot write /dev/full: No space left on device' \
    "$train" -q --log-json /dev/full c.yaml
else
  skip 'a full disk' 'no /dev/full'
fi

# ---- SIGUSR1 ---------------------------------------------------------------------------------
run "$train" -q c.yaml train.epochs=500 output.every=3600s
cp model.ckpt once.ckpt
cut -d, -f1-7 history.csv >once
rm -f model.ckpt
"$train" --progress=never c.yaml train.epochs=500 output.every=3600s >out 2>err &
child=$!
asked=0 saved=0
while [ $asked -lt 40 ] && kill -0 "$child" 2>/dev/null; do
  grep -q '^epoch 2/' err && kill -USR1 "$child" 2>/dev/null && asked=$((asked + 1))
  [ -e model.ckpt ] && "$BIN/rnninfo" -q model.ckpt >info 2>&1 && saved=1
  sleep 0.02
done
wait "$child"
is 'SIGUSR1: the run goes on to its end' 0 $?
grep -Eqx 'epoch +[0-9]+/500 step [0-9]+/[0-9]+  loss [0-9.]+  (val_loss [0-9.]+  )?best [0-9]+: [0-9.]+  [0-9.]+k? samples/s  [0-9.]+ s left  saved model.ckpt' err
ok $? '... where it stands is said in a line'
is "... the checkpoint is there while it runs" 1 $saved
cmp -s model.ckpt once.ckpt && cut -d, -f1-7 history.csv | cmp -s - once
ok $? '... the run ends with the same bits'
: >asked.err # the last run's words are not this one's
"$train" -q c.yaml train.epochs=1000000 output.history=asked.csv >out 2>asked.err &
child=$!
tries=0
until grep -q saved asked.err || [ $tries -ge 100 ]; do
  [ -e asked.csv ] && kill -USR1 "$child"
  sleep 0.1
  tries=$((tries + 1))
done
kill -KILL "$child"
wait "$child" 2>/dev/null
grep -q '^epoch  *[0-9]*/1000000 step .*  saved model.ckpt$' asked.err
ok $? '... with --quiet too, since it was asked'
works '... what it saved can be resumed' "$train" -q c.yaml --resume train.epochs=1000000 output.history=asked.csv --max-time 0.1s
cat >many.yaml <<'YAML'
data: {generate: {task: sine, samples: 300, window: 10, noise: 0.1}}
model: {layers: [gru: 5, dense: 1]}
train: {epochs: 150}
YAML
: >many.err
"$train" many.yaml --repeats 2 output.checkpoint=many.ckpt >out 2>many.err &
child=$!
while kill -0 "$child" 2>/dev/null; do
  grep -q '^outputs' many.err && kill -USR1 "$child" 2>/dev/null
  sleep 0.02
done
wait "$child"
code=$?
grep -q '^epoch .*left  (not the model that is kept)$' many.err && grep -q '  saved many.ckpt$' many.err
is 'of another seed it tells, and saves nothing' '0 0' "$code $?"
done_testing
