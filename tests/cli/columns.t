#!/bin/sh
# Columns of all types, from training to prediction: fitted on the training part alone, kept in the
# checkpoint, applied alike.
. tests/tap.sh
train=$BIN/rnntrain predict=$BIN/rnnpredict

# ---- no leak ---------------------------------------------------------------------------------
# Rows 41 to 60 are validated and tested on: a second file has other ones.
make_rows() { # VALUE CATEGORY DATE
  awk -v v="$1" -v c="$2" -v d="$3" 'BEGIN {
    print "date,x,sky,y"
    for (i = 0; i < 60; i++) {
      x = i % 7 == 3 ? "" : sin(i) + i % 5
      if (i < 40) printf "2016-01-%02d,%s,%s,%.3f\n", i % 28 + 1, x, i % 3 ? "sun" : "rain", cos(i)
      else printf "%s,%s,%s,%s\n", d, i % 2 ? v : "", c, v * i
    }
  }'
}
make_rows 0.5 sun 2016-02-01 >a.csv
make_rows -900 hail 2031-12-31 >b.csv
for f in a b; do
  mkdir $f
  cat >$f.yaml <<END
data:
  csv: $f.csv
  targets: y
  columns: {date: {features: [weekday, month]}, x: {missing_indicator: true, log: false}}
  window: 3
  scale: standard
  missing: mean
  unknown: ignore
  validation: 10
  test: 10
model: {layers: [{lstm: 4}, {dense: 1}]}
train: {epochs: 3, batch_size: 8}
output: {checkpoint: $f/model.ckpt, history: $f/history.csv}
END
  works "$f: trained" "$train" -q $f.yaml
done
schema() { # FILE: the data schema, of a file of tensors: 8 bytes of length, then a header of JSON
  gunzip -c "$1" | perl -0777 -ne 'my $n = unpack "Q<", $_; my $h = substr $_, 8, $n;
    print $1 if $h =~ /"schema":"((?:[^"\\]|\\.)*)"/'
}
schema a/model.ckpt >a.schema
schema b/model.ckpt >b.schema
[ -s a.schema ] && cmp -s a.schema b.schema
ok $? 'other rows to validate and test on change no fitted scale, mean or category'
tensors a/model.ckpt >a.tensors
tensors b/model.ckpt >b.tensors
cmp -s a.tensors b.tensors
ok $? 'and no bit of the weights'
cmp -s a/history.csv b/history.csv
ok $((! $?)) 'but what is measured on them'

# ---- prediction reads alike --------------------------------------------------------------------
head -30 a.csv >c.csv
run "$predict" a/model.ckpt c.csv
cp out c.out
is 'a prediction for each window' '28 0' "$(($(wc -l <c.out))) $code"
# The training mean, written out, is what an empty field became, but for its indicator.
sed 's/,sun,/,snow,/' c.csv >unknown.csv
run "$predict" a/model.ckpt unknown.csv
is 'what is missing or unknown is counted' \
  'missing: column "x", 4 values filled with the training mean 2.07443, warning: column "sky": 19 values are not among the training part'"'"'s categories: all zeros' \
  "$(sed '/without a prediction/d' err | tr '\n' ',' | sed 's/,$//; s/,warning/, warning/')"
cmp -s out c.out
ok $((! $? + code)) 'an unknown category is no error, and another input'
gives 'where it is to be one, it has its place' 3 \
  'rnntrain: b.csv:42: column "sky": category "hail" is not one the model is trained on: rain, sun (a column that is no input belongs under data.ignore)' \
  "$train" -q --check b.yaml data.unknown=error
sed 's/2016-01-05/yesterday/' c.csv >bad.csv
gives 'what is no time has its place' 3 \
  'rnnpredict: bad.csv:6: column "date": not a time: "yesterday"' "$predict" a/model.ckpt bad.csv

# ---- words in rows -----------------------------------------------------------------------------
# 'NA' and '?' are words here, and a word met once is like one never met.
printf 'w,tag\nNA,X\nis,V\n?,P\n\nNA,X\nwas,V\n?,P\n\nis,V\nempty,X\n?,P\n' >words.csv
cat >words.yaml <<'END'
data:
  csv: words.csv
  sequence_by: blank_line
  targets: tag
  target_per: step
  columns: {w: {encode: index, min_count: 2, missing_values: empty}}
model: {layers: [{embedding: {output_dim: 3}}, {gru: 4}, {dense: {units: 3, activation: softmax}}]}
output: {checkpoint: words.ckpt, history: words-history.csv}
END
works 'words in rows' "$train" words.yaml
is '... rare ones are unknown' 'warning: column "w": 2 values are not among the training part'"'"'s categories: taken as unknown' \
  "$(grep '^warning: column' err)"
"$BIN/rnninfo" words.ckpt >info
is '... and three are known, with ids from 2' '  embedding/embeddings         [5, 3]' "$(grep embeddings info)"
printf 'w\nwas\nNA\n\nempty\nNA\n\nnever\nNA\n' >words-in.csv
run "$predict" -p words.ckpt words-in.csv
is '... the others are all the same' '3 of 3' \
  "$(sed -n 2p out >first; for i in 2 4 6; do sed -n ${i}p out; done | grep -cxF -f first) of 3"
gives 'without the key they are missing' 3 \
  'rnntrain: words.csv:2:1: column "w": missing value "NA"; data.missing says what to do about it, missing_values: empty in data.columns that it is a category' \
  "$train" -q words.yaml 'data.columns.w.missing_values=[]'

# ---- texts -------------------------------------------------------------------------------------
awk 'BEGIN {
  print "message,kind"
  for (i = 0; i < 40; i++) printf "%s no %d is %s,%s\n", i % 2 ? "Tea" : "Coffee", i % 10, i % 3 ? "hot" : "cold, very cold", i % 2 ? "tea" : "coffee"
}' | sed 's/^\(.*\),\([a-z]*\)$/"\1",\2/; 1s/"//g' >texts.csv
cat >texts.yaml <<'END'
data: {csv: texts.csv, inputs: message, targets: kind, columns: {message: {type: text, unit: word}}}
model: {layers: [{embedding: {output_dim: 4}}, {gru: 4}, {dense: {units: 1, activation: sigmoid}}]}
train: {epochs: 40, batch_size: 8, optimizer: {adam: 0.02}}
output: {checkpoint: texts.ckpt, history: texts.csv.history}
END
works 'texts: trained' "$train" -q texts.yaml
printf 'message\nTea is green\nCoffee\n' >more.csv
run "$predict" texts.ckpt more.csv
is 'texts with words that are not known are predicted' 'kind tea coffee' "$(tr '\n' ' ' <out | sed 's/ $//')"
gives 'ids want an embedding' 2 \
  "rnntrain: argument 'model.layers=[{gru: 4}, {dense: {units: 1, activation: sigmoid}}]': input 'message' gives ids, which only an embedding reads, but the first layer is 'gru'; begin with - embedding: {output_dim: 32}" \
  "$train" -q --check texts.yaml 'model.layers=[{gru: 4}, {dense: {units: 1, activation: sigmoid}}]'

# ---- vectors -----------------------------------------------------------------------------------
for f in e e2; do
  mkdir $f
  cat >$f.yaml <<END
data: {csv: a.csv, ignore: date, targets: y, window: 3, missing: forward, unknown: ignore, columns: {sky: {embed: 3}}}
model: {layers: [{gru: 4}, {dense: 1}]}
train: {epochs: 3, batch_size: 8}
output: {checkpoint: $f/model.ckpt, history: $f/history.csv}
END
done
works 'a learned vector for a category' "$train" -q e.yaml
tensors e/model.ckpt | grep -q '^sky/embeddings F32 \[4,3\] '
ok $? 'is a tensor of its name'
works 'predicted with' "$predict" e/model.ckpt unknown.csv
works 'described' "$BIN/rnninfo" e/model.ckpt
works 'trained in two runs' "$train" -q e2.yaml train.epochs=2
works 'the second' "$train" -q --resume e2.yaml
same_run 'a resumed run ends the same' e e2

# ---- weights -----------------------------------------------------------------------------------
gives 'a class weight for no class' 2 \
  "rnntrain: argument 'train.class_weight={milk: 2}': train.class_weight: no class \"milk\"; have: coffee, tea" \
  "$train" -q texts.yaml 'train.class_weight={milk: 2}'
works 'balanced classes' "$train" -q texts.yaml train.class_weight=balanced train.epochs=1
run "$train" --print-config texts.yaml train.class_weight=balanced
grep -q '^  class_weight: balanced$' out
ok $? 'the resolved config says so'

printf 'w,x\na b,1\nb c,\na c,3\nc,4\n' >gaps.csv
cat >gaps.yaml <<'END'
data: {csv: gaps.csv, inputs: w, targets: x, columns: {w: {type: text, unit: word}}}
model: {layers: [{embedding: {output_dim: 2}}, {gru: 2}, {dense: 1}]}
END
for rule in forward interpolate mean 2; do
  works "a text's target that is missing: $rule" "$train" -q gaps.yaml data.missing=$rule
done

# ---- what a column is taken for --------------------------------------------------------------
awk 'BEGIN { print "ticket,x,y"; for (i = 0; i < 30; i++) printf "%s,%d,%d\n", i % 3 == 0 ? "A/" i : i, i, i % 4 }' >tickets.csv
cat >tickets.yaml <<'END'
data: {csv: tickets.csv, targets: y}
model: {layers: [{gru: 2}, {dense: 1}]}
END
gives 'texts among numbers: what to do' 3 \
  'rnntrain: tickets.csv:2:1: column "ticket": not a number: "A/0"; many of its values are not: in data.columns it can be a category, under data.ignore it is left out' \
  "$train" --check tickets.yaml
awk 'BEGIN { print "day,name,kind,x"
  for (i = 0; i < 48; i++) printf "2026-%02d-%02d,n%d,k%d,%d\n", 1 + i / 24, 1 + i % 24, i, i % 24, i }' >named.csv
cat >named.yaml <<'END'
data: {csv: named.csv, targets: x, window: 3}
model: {layers: [{gru: 2}, {dense: 1}]}
END
gives 'a column of dates is no category' 3 \
  'rnntrain: named.csv:2: column "day" holds times, such as "2026-01-01"; write data.time: day to have them beside the predictions, or data.columns: {day: {type: time, features: [weekday]}} to learn from them' \
  "$train" --check named.yaml
gives 'nor is one of names' 3 \
  'rnntrain: named.csv:2: column "name" has another text in most rows (48 in 48), such as "n0"; write data.ignore: name to leave it out, or data.columns: {name: category}' \
  "$train" --check named.yaml data.time=day
works '... but of 24 kinds it is' "$train" --check named.yaml data.time=day data.ignore=name
works '... and of names, where the config says so' "$train" --check named.yaml data.time=day data.columns='{name: category}'
works '... or names it as an input' "$train" --check named.yaml data.inputs='[day, name]'
gives 'rows that do not follow each other' 3 \
  'rnntrain: named.csv has 48 rows; a window of 3 and a horizon of 1 need at least 4 that follow each other' \
  "$train" --check named.yaml data.inputs=x data.sequence_id=name
sed '2,$s/^A/9/; s:^9/::; 5s/^[0-9]*/x9/' tickets.csv >slip.csv
gives '... a slip' 3 'rnntrain: slip.csv:5:1: column "ticket": not a number: "x9"' \
  "$train" --check tickets.yaml data.csv=slip.csv
run "$train" --check tickets.yaml data.inputs=x data.columns='{ticket: category, x: {scale: minmax}}'
is 'settings of a column that is not used' \
  'warning: data.columns.ticket does nothing: it is neither an input nor a target' "$(grep warning err)"
run "$train" --check tickets.yaml data.ignore=ticket data.time=x data.inputs=y data.window=3 data.columns='{x: {type: time, format: "%s", features: hour}}'
is '... features of a time that is no input' \
  'warning: data.columns.x does nothing: it is neither an input nor a target' "$(grep warning err)"
run "$train" --check tickets.yaml data.ignore=ticket data.time=x data.inputs=y data.window=3 data.columns='{x: {format: "%s"}}'
is '... its format' '' "$(grep -e warning -e rnntrain: err)"
gives 'a key without its section' 2 \
  "rnntrain: argument 'epochs=3': unknown key 'epochs'; did you mean 'train.epochs'?" "$train" --check tickets.yaml epochs=3
done_testing
