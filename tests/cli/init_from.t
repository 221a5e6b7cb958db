#!/bin/sh
# --init-from: weights by name from checkpoints and safetensors files; and with it the golden fit,
# end to end: CSV and weights in, a checkpoint out that holds what Keras' fit would.
. tests/tap.sh
train=$BIN/rnntrain
golden=$root/tests/golden/vectors/fit_minibatches.safetensors

# ---- the golden fit --------------------------------------------------------------------------
cat >convert.pl <<'END'
# weights/<layer>/<tensor> of the golden file to a plain file of <layer>/<tensor>; x and y to CSV,
# a row a sequence, time-major.
use strict;
use warnings;
use JSON::PP;
open my $in, '<:raw', shift or die;
my $bytes = do { local $/; <$in> };
my $length = unpack 'Q<', $bytes;
my $header = decode_json(substr $bytes, 8, $length);
my (%new, $data);
$data = '';
sub bytes_of { my ($from, $to) = @{$_[0]{data_offsets}}; substr $bytes, 8 + $length + $from, $to - $from }
for my $name (sort grep { m{^weights/} } keys %$header) {
    my $tensor = bytes_of($header->{$name});
    $new{$name =~ s{^weights/}{}r} = {dtype => 'F32', shape => $header->{$name}{shape},
        data_offsets => [length $data, length($data) + length $tensor]};
    $data .= $tensor;
}
my $text = JSON::PP->new->canonical->encode(\%new);
$text .= ' ' x (-length($text) % 8);
open my $out, '>:raw', 'golden.safetensors' or die;
print $out pack('Q<', length $text), $text, $data;
close $out or die;
my ($rows, $steps, $features) = @{$header->{x}{shape}};
my @x = unpack 'f<*', bytes_of($header->{x});
my @y = unpack 'f<*', bytes_of($header->{y});
open my $csv, '>', 'golden.csv' or die;
print $csv join(',', (map { my $t = $_; map { "t${t}f$_" } 0 .. $features - 1 } 0 .. $steps - 1), 'y'), "\n";
for my $r (0 .. $rows - 1) {
    my $n = $steps * $features;
    print $csv join(',', map { sprintf '%.9g', $_ } @x[$r * $n .. ($r + 1) * $n - 1], $y[$r]), "\n";
}
close $csv or die;
END
cat >compare.pl <<'END'
# Values of two lists "name dtype shape values"; those of the second begin with a prefix.
use strict;
use warnings;
my ($got, $want, $prefix, $atol) = @ARGV;
sub values_of { my ($file) = @_; my %v; open my $in, '<', $file or die;
    while (<$in>) { my ($name, undef, undef, @v) = split; $v{$name} = \@v } \%v }
my ($a, $b) = (values_of($got), values_of($want));
my ($compared, $worst) = (0, 0);
for my $name (grep { index($_, $prefix) == 0 } sort keys %$b) {
    my $mine = $a->{substr $name, length $prefix} or do { print "no $name\n"; next };
    print "$name: lengths\n" if @$mine != @{$b->{$name}};
    for my $i (0 .. $#$mine) {
        my $error = abs($mine->[$i] - $b->{$name}[$i]);
        $worst = $error if $error > $worst;
        print "$name\[$i]: $mine->[$i], expected $b->{$name}[$i] within $atol\n" if $error > $atol;
    }
    $compared++;
}
print "only $compared tensors\n" if $compared < 5;
printf STDERR "# largest difference %.3g, allowed %.3g\n", $worst, $atol;
END
perl convert.pl "$golden"
cat >golden.yaml <<'END'
data: {csv: golden.csv, targets: y}
model:
  input: [5, 3]
  layers:
    - lstm: {units: 4}
    - dense: {units: 1}
train: {loss: mse, batch_size: 4, epochs: 3, shuffle: false}
END
perl "$root/tests/read_safetensors.pl" --values "$golden" >golden.values
for fit in 'sgd:{sgd: {learning_rate: 0.1, momentum: 0.9, nesterov: false}}:1.2468234149576318e-06:0.5486870027030613 0.4539728373692437 0.3566691435185124' \
  'adam:{adam: {learning_rate: 0.02}}:4.707925854607886e-06:0.4905922305493956 0.41538280064409666 0.3764033593111174'; do
  name=${fit%%:*}
  rest=${fit#*:}
  losses=${rest##*:} rest=${rest%:*}
  atol=${rest##*:} optimizer=${rest%:*}
  works "golden fit with $name: trains" "$train" -q golden.yaml --init-from golden.safetensors "train.optimizer=$optimizer"
  perl "$root/tests/read_safetensors.pl" --values model.ckpt >got.values
  perl compare.pl got.values golden.values "fit/$name/" "$atol" >found
  is "... ends with Keras' weights" '' "$(cat found)"
  echo "$losses" | tr ' ' '\n' >wanted
  tail -n +2 history.csv | cut -d, -f2 | paste -d' ' - wanted |
    awk -v atol="$atol" '{ d = $1 - $2; if (d < 0) d = -d; if (d > atol) print "epoch " NR ": " $0 }' >found
  is '... and the losses of its epochs' '' "$(cat found)"
done
# So small a step changes nothing: the checkpoint predicts with the weights as they came.
"$train" -q golden.yaml --init-from golden.safetensors train.epochs=1 'train.optimizer={sgd: {learning_rate: 1e-60}}' >out 2>err
"$BIN/rnnpredict" model.ckpt golden.csv >predicted
{ printf 'y'; sed -n 's/^prediction [^ ]* [^ ]* //p' golden.values | tr ' ' '\n' | sed '1s/^/\n/'; } |
  paste -d, predicted - | awk -F, 'NR > 1 { d = $1 - $2; if (d < 0) d = -d; if (d > 1e-6) print; n++ } END { if (n != 10) print n " rows" }' >found
is 'golden predictions' '' "$(cat found)"

# ---- by name ---------------------------------------------------------------------------------
cat >c.yaml <<'END'
data:
  generate: {task: sine, samples: 60, window: 6, noise: 0.1}
model:
  layers:
    - lstm: {units: 5, name: body}
    - dense: {units: 1, name: head}
train: {epochs: 1, optimizer: {sgd: {learning_rate: 1e-60}}}
END
cp c.yaml other.yaml
sed -i 's/name: head/name: another/' other.yaml
works 'a run to take weights from' "$train" -q c.yaml --seed 5 output.checkpoint=from.ckpt
run "$train" c.yaml --init-from from.ckpt
is 'a checkpoint: all tensors' 'initial weights: 5 of 5 tensors from from.ckpt' "$(grep '^initial' err)"
is '... taken bit for bit' "$(tensors from.ckpt)" "$(tensors model.ckpt)"
run "$train" other.yaml --init-from from.ckpt
is 'another head: the body alone' 'initial weights: 3 of 5 tensors from from.ckpt' "$(grep '^initial' err)"
is '... is taken' "$(tensors from.ckpt | grep ^body)" "$(tensors model.ckpt | grep ^body)"
"$train" -q other.yaml output.checkpoint=fresh.ckpt >out 2>err
is '... and the rest is drawn' "$(tensors fresh.ckpt | grep ^another)" "$(tensors model.ckpt | grep ^another)"
gunzip -c <from.ckpt >from.safetensors
works 'a plain safetensors file, by the config key' "$train" -q c.yaml train.init_from=from.safetensors
is '... the same' "$(tensors from.ckpt)" "$(tensors model.ckpt)"
run "$train" -q c.yaml --init-from "it's.ckpt"
is 'a name with a quote' "5 rnntrain: it's.ckpt: No such file or directory" "$code $(cat err)"
rm -f model.ckpt history.csv
gives 'a wrong shape' 5 "rnntrain: from.ckpt: tensor 'body/kernel': expected [1, 24], the file has [1, 20]" \
  "$train" -q c.yaml model.layers.0.lstm.units=6 --init-from from.ckpt
sed 's/name: body/name: trunk/' other.yaml >none.yaml
gives 'nothing of it fits' 5 \
  "rnntrain: from.ckpt: none of its $(tensors from.ckpt | wc -l) tensors has the name of one in the model" \
  "$train" -q none.yaml --init-from from.ckpt
run "$train" -q c.yaml --init-from c.yaml
is 'not a tensor file' 5 "$code"
is 'none of these wrote anything' '' "$(ls model.ckpt history.csv 2>/dev/null)"
done_testing
