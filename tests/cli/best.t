#!/bin/sh
# A run that watches: its best epoch is what predicts, what is judged and what a resumed run keeps.
. tests/tap.sh
train=$BIN/rnntrain
# Outputs go from 0 to 1; the validation asks for 0.6, so it is best on the way and worse after.
cat >d.csv <<'END'
x,y
0.1,1
0.2,1
-0.1,1
0.3,1
0,1
0.1,1
-0.2,1
0.2,1
0.1,1
0.1,0.6
0,0.6
0.2,0.6
END
cat >c.yaml <<'END'
data: {csv: d.csv, inputs: x, targets: y, validation: 3}
model: {layers: [{simple_rnn: 3}, {dropout: 0.2}, {dense: 1}]}
train:
  loss: mse
  metrics: [mae]
  optimizer: {adam: {learning_rate: 0.02}}
  batch_size: 4
  epochs: 16
  early_stopping: {patience: 100}
END
in_folder() { # FOLDER ARGUMENTS...: a run with its outputs there
  folder=$1
  shift
  mkdir -p "$folder"
  "$train" -q c.yaml output.checkpoint="$folder/model.ckpt" output.history="$folder/history.csv" "$@" \
    >"$folder/out" 2>"$folder/err"
}
column() { # NAME FILE: the numbers under it
  awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next } { print $at }' "$2"
}
epoch_of_least() { # NAME FILE: the first epoch that has the least
  column "$1" "$2" | awk '{ v = $1 + 0; if (NR == 1 || v < best) { best = v; at = NR } } END { print at }'
}
figure() { # KEY FILE: of the JSON object, as it stands there
  perl -ne "print \"\$1\n\" if /\"$1\":\"?([^,\"}]*)/" "$2"
}
same_number() { # NAME A B: as numbers
  perl -e 'exit !(@ARGV == 2 && $ARGV[0] == $ARGV[1])' "$2" "$3"
  ok $? "$1 ($2, $3)"
}

in_folder once
best=$(epoch_of_least val_loss once/history.csv)
[ "$best" -gt 1 ] && [ "$best" -lt 10 ] && [ "$(column epoch once/history.csv | wc -l)" -eq 16 ]
ok $? "the best epoch lies before the cuts, the last is worse (epoch $best of 16)"
same_number 'best_epoch is that of the history'\''s least val_loss' "$best" "$(figure best_epoch once/out)"
for key in val_loss val_mae loss mae; do
  same_number "$key of the result is the best epoch's" \
    "$(column "$key" once/history.csv | sed -n "${best}p")" "$(figure "$key" once/out)"
done
# Up to the best epoch and no further, without watching: the same weights predict.
in_folder plain "train.early_stopping=~" train.epochs="$best"
is 'the tensors that predict are those of a run of so many epochs' \
  "$(tensors plain/model.ckpt | grep -v ^resume/)" "$(tensors once/model.ckpt | grep -v ^resume/)"
in_folder last 'train.early_stopping=~'
is 'those that training goes on from are the last epoch'\''s' "$(tensors last/model.ckpt | grep -v ^resume/)" \
  "$(tensors once/model.ckpt | sed -n 's|^resume/weights/||p')"
in_folder unkept 'train.early_stopping={patience: 100, restore_best: false}'
is 'restore_best: false: the last epoch'\''s predict' "$(tensors last/model.ckpt)" "$(tensors unkept/model.ckpt)"

for cut in 10 15; do
  in_folder "cut$cut" train.epochs=$cut && in_folder "cut$cut" --resume
  same_run "cut after epoch $cut and resumed: the same bits, resume/ and all" once "cut$cut"
  is '... and the same best epoch' "$(figure best_epoch once/out) $(figure val_loss once/out)" \
    "$(figure best_epoch "cut$cut/out") $(figure val_loss "cut$cut/out")"
done
in_folder once --resume
is 'resumed when it is over: judged by the same weights' "$best $(figure val_loss cut15/out)" \
  "$(figure best_epoch once/out) $(figure val_loss once/out)"

# An improvement, then epochs without one until patience ends it.
in_folder early train.early_stopping.patience=2
is 'patience: 2 ends two epochs after the best' "$((best + 2)) stopped early" \
  "$(column epoch early/history.csv | tail -n 1) $(figure status early/out)"
cksum early/model.ckpt early/history.csv >sums
in_folder early train.early_stopping.patience=2 train.epochs=20 --resume
is '... and is over, also when more epochs are asked for' "$(cat sums) stopped early" \
  "$(cksum early/model.ckpt early/history.csv) $(figure status early/out)"
# At the cut patience 0 is reached, but the epoch before it was an improvement.
in_folder none train.early_stopping.patience=0
is 'patience: 0 ends at the first epoch without an improvement' "$((best + 1)) $best" \
  "$(column epoch none/history.csv | tail -n 1) $(figure best_epoch none/out)"
in_folder none2 train.early_stopping.patience=0 train.epochs=$((best - 1)) &&
  in_folder none2 train.early_stopping.patience=0 --resume
same_run '... and so it does when it was cut before' none none2
# Nothing watches a model that learns noise by heart: at the end it is told what would have helped.
awk 'BEGIN { srand(3); print "x,y"; for (i = 0; i < 60; i++) print int(100 * rand()) "," int(100 * rand()) }' >noise.csv
cat >noise.yaml <<'END'
data: {csv: noise.csv, targets: y, window: 3, scale: standard, validation: 15}
model: {layers: [{lstm: 32}, {dense: 1}]}
train: {epochs: 60, optimizer: {adam: {learning_rate: 0.02}}}
END
run "$BIN/rnntrain" noise.yaml
said=$(grep '^val_loss was least after epoch [0-9]* ([0-9.]*); train.early_stopping={} keeps it$' err)
least=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "val_loss") c = i; next }
  best == "" || $c < best { best = $c; epoch = $1 } END { print epoch }' history.csv)
is 'a best epoch that was passed' "val_loss was least after epoch $least" "${said%% (*}"
run "$BIN/rnntrain" noise.yaml train.early_stopping={}
is '... is kept where early stopping watches' 0 "$(grep -c '^val_loss was least' err)"
run "$BIN/rnntrain" noise.yaml train.epochs=3
is '... and nothing is said where it is not passed' 0 "$(grep -c '^val_loss was least' err)"
done_testing
