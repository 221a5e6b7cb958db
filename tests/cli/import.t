#!/bin/sh
# --init-from: weights in the words of PyTorch and of Keras' variables, turned into ours; what would
# make another network of them is refused by name.
. tests/tap.sh
train=$BIN/rnntrain export=$BIN/rnnexport
still='train.optimizer={sgd: {learning_rate: 1e-60}}' # a step that changes nothing

# ---- there and back -----------------------------------------------------------------------------
perl -e 'print "id,w,c,k\n"; for $i (1 .. 12) { print "$i,", $i % 3, ",", ("a", "b", "c")[($i * $_) % 3], ",", ("p", "q")[$i % 2], "\n" for 1 .. 4 }' >ids.csv
cat >c.yaml <<'END'
data: {csv: ids.csv, sequence_id: id, inputs: [w, c], targets: k, columns: {c: {type: category, embed: 3}}}
model: {layers: [{dense: {units: 2, activation: softmax}}]}
train: {epochs: 1}
END
# back NAME LAYERS: exported under PyTorch's names and taken in again, the same bits
back() {
  "$train" -q c.yaml --seed 3 output.checkpoint=from.ckpt model.layers="$2" >/dev/null &&
    "$export" --names pytorch from.ckpt net.safetensors
  run "$train" c.yaml --init-from net.safetensors "$still" model.layers="$2"
  grep -q "^initial weights: \([0-9]*\) of \1 tensors from net.safetensors" err
  ok $? "$1: all tensors are found"
  is '... the same bits' "$(tensors from.ckpt | grep -v resume/)" "$(tensors model.ckpt | grep -v resume/)"
}
tail='dense: {units: 2, activation: softmax}]'
back lstm "[lstm: 5, $tail"
back gru "[gru: 5, layer_normalization: ~, $tail"
back simple_rnn "[simple_rnn: {units: 5, use_bias: false}, $tail"
back bidirectional "[bidirectional: {lstm: 4}, bidirectional: {gru: {units: 3}, name: both}, bidirectional: {simple_rnn: 3, name: last}, dense: {units: 4, use_bias: false, name: body}, $tail"

# ---- a file of another program ------------------------------------------------------------------
cat >write.pl <<'END'
# NAME SHAPE (2x3) in each line; the i-th number in all is sin(i) as a float.
use strict; use warnings; use JSON::PP;
my ($data, %header) = ('');
my $i = 0;
while (<STDIN>) {
    my ($name, $shape) = split;
    my @shape = split /x/, $shape;
    my $count = 1; $count *= $_ for @shape;
    my $from = length $data;
    $data .= pack 'f<*', map { sin(++$i) } 1 .. $count;
    $header{$name} = {dtype => 'F32', shape => [map { $_ + 0 } @shape], data_offsets => [$from, length $data]};
}
my $text = JSON::PP->new->canonical->encode(\%header);
$text .= ' ' x (-length($text) % 8);
binmode STDOUT;
print pack('Q<', length $text), $text, $data;
END
cat >compare.pl <<'END'
# By PyTorch's documentation alone: what must stand where. u units, in inputs.
use strict; use warnings;
my ($u, $in) = (3, 2);
my (%theirs, %ours);
for (['theirs.values', \%theirs], ['ours.values', \%ours]) {
    open my $f, '<', $_->[0] or die;
    while (my $line = <$f>) { my ($name, undef, undef, @v) = split ' ', $line; $_->[1]{$name} = \@v }
}
my ($bad, $seen) = (0, 0);
sub same { my ($what, $a, $b) = @_; $seen++; return if abs($a - $b) <= 1e-7; $bad++; print "$what: $a, wanted $b\n" }
# ours kernel[i][g u + j], theirs weight_ih[g' u + j][i]: gates LSTM i f g o = i f c o; GRU r z n, ours z r h.
for my $cell (['lstm', [0, 1, 2, 3]], ['gru', [1, 0, 2]]) {
    my ($name, $gate) = @$cell;
    my $n = @$gate * $u;
    for my $g (0 .. $#$gate) { for my $j (0 .. $u - 1) {
        my ($mine, $other) = ($g * $u + $j, $gate->[$g] * $u + $j);
        my $inputs = $name eq 'lstm' ? $in : $u;
        same("$name kernel", $ours{"$name/kernel"}[$_ * $n + $mine], $theirs{"$name.weight_ih_l0"}[$other * $inputs + $_]) for 0 .. $inputs - 1;
        same("$name recurrent", $ours{"$name/recurrent_kernel"}[$_ * $n + $mine], $theirs{"$name.weight_hh_l0"}[$other * $u + $_]) for 0 .. $u - 1;
        my ($ih, $hh) = ($theirs{"$name.bias_ih_l0"}[$other], $theirs{"$name.bias_hh_l0"}[$other]);
        if ($name eq 'lstm') { same('lstm bias', $ours{'lstm/bias'}[$mine], $ih + $hh) }
        else { same('gru bias', $ours{'gru/bias'}[$mine], $ih); same('gru bias', $ours{'gru/bias'}[$n + $mine], $hh) }
    } }
}
for my $j (0, 1) {
    same('dense', $ours{'dense/kernel'}[$_ * 2 + $j], $theirs{'dense.weight'}[$j * $u + $_]) for 0 .. $u - 1;
    same('dense bias', $ours{'dense/bias'}[$j], $theirs{'dense.bias'}[$j]);
}
print "$seen compared, $bad wrong\n";
END
sed -i 's/, columns: .*/}/; s/inputs: \[w, c\]/inputs: [w, v]/; s/data: {/data: {/' c.yaml
perl -i -pe 's/\n//; $_ .= $. == 1 ? ",v\n" : "," . ($. % 5) . "\n"' ids.csv
cat >names <<'END'
lstm.weight_ih_l0 12x2
lstm.weight_hh_l0 12x3
lstm.bias_ih_l0 12
lstm.bias_hh_l0 12
gru.weight_ih_l0 9x3
gru.weight_hh_l0 9x3
gru.bias_ih_l0 9
gru.bias_hh_l0 9
dense.weight 2x3
dense.bias 2
other.weight 5x5
END
layers="model.layers=[lstm: 3, gru: 3, $tail"
perl write.pl <names >torch.safetensors
run "$train" c.yaml --init-from torch.safetensors "$still" "$layers"
is 'a file as PyTorch writes it' '0 initial weights: 8 of 8 tensors from torch.safetensors' "$code $(grep ^initial err)"
perl "$root/tests/read_safetensors.pl" --values torch.safetensors >theirs.values
perl "$root/tests/read_safetensors.pl" --values model.ckpt >ours.values
is '... gates, turned kernels, sums of biases' '152 compared, 0 wrong' "$(perl compare.pl)"

# ---- Keras' variables ---------------------------------------------------------------------------
sed 's|^|sequential/|' >keras-names <<'END'
lstm/lstm_cell/kernel 2x12
lstm/lstm_cell/recurrent_kernel 3x12
lstm/lstm_cell/bias 12
bidirectional/forward_gru/gru_cell/kernel 3x9
bidirectional/forward_gru/gru_cell/recurrent_kernel 3x9
bidirectional/forward_gru/gru_cell/bias 2x9
bidirectional/backward_gru/gru_cell/kernel:0 3x9
bidirectional/backward_gru/gru_cell/recurrent_kernel:0 3x9
bidirectional/backward_gru/gru_cell/bias:0 2x9
dense/kernel 6x2
dense/bias 2
END
perl write.pl <keras-names >keras.safetensors
run "$train" c.yaml --init-from keras.safetensors "$still" "model.layers=[lstm: 3, bidirectional: {gru: 3}, $tail"
is "Keras' variables" '0 initial weights: 11 of 11 tensors from keras.safetensors' "$code $(grep ^initial err)"
is '... bit for bit' "$(tensors keras.safetensors | awk '{ print $NF }' | sort)" \
  "$(tensors model.ckpt | grep -v resume/ | awk '{ print $NF }' | sort)"

# ---- what is refused ----------------------------------------------------------------------------
rm -f model.ckpt history.csv
grep -v hh_l0 names | perl write.pl >part.safetensors
gives 'half a layer' 5 "rnntrain: part.safetensors: layer 'lstm': there is no tensor 'lstm.weight_hh_l0', but others of it are" \
  "$train" -q c.yaml --init-from part.safetensors "$layers"
gives 'a bias without a place' 5 "rnntrain: torch.safetensors: tensor 'lstm.bias_hh_l0': layer 'lstm' has no place for it" \
  "$train" -q c.yaml --init-from torch.safetensors "model.layers=[lstm: {units: 3, use_bias: false}, gru: 3, $tail"
(cat names; echo lstm.weight_ih_l1 12x3) | perl write.pl >two.safetensors
gives 'a second layer inside' 5 "rnntrain: two.safetensors: tensor 'lstm.weight_ih_l1': layer 'lstm' has no place for it" \
  "$train" -q c.yaml --init-from two.safetensors "$layers"
gives 'another size' 5 "rnntrain: torch.safetensors: tensor 'gru.weight_ih_l0': expected [12, 3], the file has [9, 3]" \
  "$train" -q c.yaml --init-from torch.safetensors "model.layers=[lstm: 3, gru: 4, $tail"
gives 'a GRU of another kind' 2 "rnntrain: layer 'gru': PyTorch's GRU resets after the product (reset_after: true)" \
  "$train" -q c.yaml --init-from torch.safetensors "model.layers=[lstm: 3, gru: {units: 3, reset_after: false}, $tail"
(echo sequential/dense/kernel 6x2; echo dense/kernel 6x2) | perl write.pl >twice.safetensors
gives 'two of one meaning' 5 "rnntrain: twice.safetensors: tensor 'sequential/dense/kernel' and another both mean 'dense/kernel'" \
  "$train" -q c.yaml --init-from twice.safetensors "model.layers=[gru: 6, $tail"
gives 'nothing that fits' 5 'rnntrain: torch.safetensors: none of its 11 tensors has the name of one in the model' \
  "$train" -q c.yaml --init-from torch.safetensors 'model.layers=[lstm: {units: 3, name: body}, dense: {units: 2, activation: softmax, name: head}]'
is 'none of these wrote anything' '' "$(ls model.ckpt history.csv 2>/dev/null)"
done_testing
