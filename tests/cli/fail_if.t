#!/bin/sh
# --fail-if: a run that is not good enough ends with 6, after all its files are written.
. tests/tap.sh
train=$BIN/rnntrain
cat >c.yaml <<'END'
data: {generate: {task: linear, samples: 40}, validation: 0.25}
model: {layers: [{lstm: 4}, {dense: 1}]}
train: {epochs: 2, metrics: [rmse, mae]}
END
gives 'false: exit 0' 0 '' "$train" -q --fail-if 'rmse>1000 or val_loss<0' c.yaml
rm -f model.ckpt
run "$train" -q --fail-if 'val_rmse > 0 and not epochs_of_it > 3' c.yaml
is 'an unknown name: a usage error before the run' \
  "2 rnntrain: --fail-if: column 22: unknown name 'epochs_of_it'; have: loss, rmse, mae, val_loss, val_rmse, val_mae, val_skill" \
  "$code $(cat err)"
is '... with nothing written' 1 "$(ls | grep -c 'model.ckpt\|c.yaml')"
gives 'a name that is nearly right' 2 \
  "rnntrain: --fail-if: column 1: unknown name 'val_rsme', did you mean 'val_rmse'?; have: loss, rmse, mae, val_loss, val_rmse, val_mae, val_skill" \
  "$train" -q --fail-if 'val_rsme>1' c.yaml
gives 'a slip in the expression' 2 \
  "rnntrain: --fail-if: column 6: expected a name or a number, found the end (see rnntrain --help)" "$train" --fail-if 'loss>' c.yaml
run "$train" -q --fail-if 'val_mae>=0' c.yaml
said=$(sed 's/.*"val_mae":\([^,]*\),.*/\1/' out)
is 'true: exit 6, which figure it was' "6 rnntrain: --fail-if val_mae>=0: true (val_mae = ...)" \
  "$code $(sed 's/ = .*)$/ = ...)/' err)"
is '... its value, to float' 1 \
  "$(awk -v a="$said" -v b="$(sed 's/.*= \(.*\))$/\1/' err)" 'BEGIN { d = a / b - 1; print (d < 1e-7 && d > -1e-7) }')"
is '... after the JSON object and the files' '1 model.ckpt history.csv' "$(wc -l <out) $(ls model.ckpt history.csv | sort -r | tr '\n' ' ' | sed 's/ $//')"
gives 'a part that is not there' 2 \
  "rnntrain: --fail-if: column 1: unknown name 'test_loss'; have: loss, rmse, mae, val_loss, val_rmse, val_mae, val_skill" \
  "$train" -q --fail-if 'test_loss>1' c.yaml
run "$train" -q --resume --fail-if 'loss>1e9' c.yaml
is 'a figure without a value does not pass' \
  '6 rnntrain: --fail-if loss>1e9: cannot be told (loss = NaN)' "$code $(cat err)"
"$train" -q --fail-if 'loss>=0' c.yaml train.epochs=100000000 >out 2>err &
process=$!
sleep 1
kill -INT $process
wait $process
is 'a run that is stopped is not judged' '130 ' "$? $(cat err)"
done_testing
