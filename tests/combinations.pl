#!/usr/bin/env perl
# Random configs of everything that may stand in one, each trained for a moment on a small file:
#
#     combinations.pl COUNT [SEED]      ONLY=N: config N alone; KEEP=FOLDER: the files of those that fail
#
# A run ends with 0, or refuses what does not go together in one line, with 2 or 3. Of one that ends
# with 0: any number of threads and instruction set gives the same checkpoint, so does a stop between
# its epochs, and the other tools take what it wrote. TAP for each config.
use strict;
use warnings;
use File::Temp qw(tempdir);
use List::Util qw(shuffle);

my ($count, $seed) = (@ARGV, 1);
my $bin = $ENV{BIN} // 'bin';
my $folder = tempdir("combinations.XXXXXX", TMPDIR => 1, CLEANUP => 1);
chdir $folder or die "$folder: $!";

sub pick { $_[rand @_] }
sub chance { rand() < $_[0] }

# Five ids of 6 to 11 rows: numbers, a category, a flag, a date, a text.
sub write_data {
    open my $csv, '>', 'data.csv' or die $!;
    print $csv "id,when,a,b,kind,flag,word,answer\n";
    my $day = 0;
    for my $id (1 .. 5) {
        for my $step (1 .. 6 + int rand 6) {
            $day++;
            my $word = join '', map { pick('a' .. 'e') } 1 .. 1 + int rand 4;
            printf $csv "%d,2024-01-%02dT%02d:00:00,%.3f,%s,%s,%d,%s,%s\n", $id, 1 + $day / 24, $day % 24,
                sin($day), chance(0.05) ? '' : sprintf('%.2f', 2 + rand), pick(qw(red green blue)),
                int rand 2, $word, scalar reverse $word;
        }
    }
    close $csv or die $!;
}

# ---- the parts of a config -----------------------------------------------------------------------
sub maybe { my ($odds, $text) = @_; chance($odds) ? ($text) : () }

sub column {
    return (a => '{' . join(', ', maybe(0.5, 'scale: ' . pick(qw(standard minmax robust none))),
            maybe(0.2, 'difference: ' . pick(1, 2)), maybe(0.3, 'missing: ' . pick(qw(forward mean 0)))) . '}',
        b => '{' . join(', ', maybe(0.5, 'scale: ' . pick(qw(standard minmax robust none))), maybe(0.2, 'log: true'),
            'missing: ' . pick(qw(forward interpolate mean drop 1.5)), maybe(0.3, 'missing_indicator: true')) . '}',
        kind => '{' . join(', ', 'type: category', maybe(0.4, 'embed: 2')) . '}',
        flag => '{type: ' . pick(qw(number category)) . '}',
        when => '{' . join(', ', 'type: time', maybe(0.95, 'features: ' . pick('[hour]', '[hour, weekday]'))) . '}',
        word => '{type: text' . pick('', ', unit: char', ', unit: word') . '}',
        answer => '{type: text' . pick('', ', unit: char', ', unit: word') . '}');
}

sub data_of {
    my ($layout, $writes) = @_;
    my %column = column();
    my @in = $writes ? ('word') : $layout eq 'rows' ? pick(['word'], ['a', 'b'], ['a']) : grep { chance(0.6) } qw(a b kind flag when);
    @in = @{$in[0]} if ref $in[0];
    @in = ('a') if !@in;
    my @to = $writes ? ('answer') : chance(0.25) ? ('a', 'b') : pick('a', 'b', 'kind', 'flag', 'a');
    my %used = map { $_ => 1 } @in, @to;
    my @keys = ('csv: data.csv', 'inputs: [' . join(', ', @in) . ']', 'targets: [' . join(', ', @to) . ']');
    push @keys, 'columns: {' . join(', ', map { "$_: $column{$_}" } grep { $used{$_} } sort keys %column) . '}';
    push @keys, 'sequence_id: id' if $layout eq 'sequences' || ($layout eq 'windows' && chance(0.6));
    push @keys, 'window: ' . pick(1, 3, 4), maybe($used{kind} || $used{flag} ? 0.05 : 0.5, 'horizon: ' . pick(1, 2, 3)), maybe(0.3, 'stride: 2'),
        maybe(0.2, 'gap: ' . pick(-1, 1)) if $layout eq 'windows';
    push @keys, maybe($layout eq 'rows' ? 0.02 : 0.4, 'target_per: ' . pick(qw(step sequence))) if !$writes;
    push @keys, maybe($layout eq 'windows' ? 0.1 : 0.01, 'future: [' . pick(@in) . ']'), maybe(0.15, 'time: when'),
        maybe(0.5, 'validation: ' . pick(0.2, 0.3)), maybe(0.3, 'test: 0.2'),
        maybe(0.15, 'split: ' . pick(qw(tail random))), maybe(0.1, 'unknown: ignore'),
        maybe(0.1, 'missing: ' . pick(qw(mean forward))), maybe(0.1, 'scale: standard'),
        maybe($writes ? 0.2 : 0, 'reverse_input: true'), maybe($writes ? 0.2 : 0, 'shared_vocabulary: true');
    return join "\n", 'data:', map { "  $_" } @keys;
}

sub recurrent {
    my $cell = pick(qw(lstm gru simple_rnn lstm gru));
    my $keys = join ', ', 'units: ' . pick(3, 3, 3, 5), maybe(0.15, 'dropout: 0.2'), maybe(0.15, 'recurrent_dropout: 0.2'),
        maybe(0.1, 'go_backwards: true'), maybe(0.04, 'return_sequences: ' . pick(qw(true false))),
        maybe(0.1, 'use_bias: false'), maybe(0.1, 'kernel_regularizer: {l2: 0.01}'), maybe(0.1, 'trainable: false'),
        maybe(0.1, 'activation: ' . pick(qw(relu tanh hard_sigmoid softplus))),
        maybe(0.02, 'stateful: ' . pick(qw(true false))), $cell eq 'gru' ? maybe(0.3, 'reset_after: false') : ();
    return chance(0.2) ? "bidirectional: {$cell: {$keys}" . pick('', ', merge_mode: sum', ', merge_mode: ave') . '}'
        : "$cell: {$keys}";
}

sub middle {
    return pick('dropout: 0.2', 'layer_normalization', 'dense: 3', 'activation: relu', 'pool: ' . pick(qw(last mean max)),
        'repeat_vector: ' . pick(1, 2, 3), 'dense: {units: 2, activation: tanh}');
}

sub stack {
    my ($ids, $decodes) = @_;
    my @layers;
    push @layers, $ids ? 'embedding: {output_dim: 3' . pick('', ', mask_zero: true') . '}' : 'masking: 0'
        if $ids || chance(0.05);
    push @layers, recurrent() for 1 .. pick(1, 1, 2);
    push @layers, 'attention: ' . pick(qw(dot additive)) if $decodes && chance(0.5);
    push @layers, middle() while chance(0.3);
    push @layers, recurrent() if chance(0.15);
    return @layers;
}

sub model_of {
    my ($ids, $pair, $writes, $class) = @_;
    my $last = $class ? pick(('dense: {activation: softmax}') x 8, 'dense: {activation: sigmoid}', 'dense')
        : pick(('dense') x 10, 'dense: 2', 'dense: {activation: exponential}', 'dense: {activation: sigmoid}');
    my $list = sub { join "\n", map { "    - $_" } @_ };
    return "model:\n  layers:\n" . $list->(stack($ids), $last) if !$pair;
    return "model:\n  encoder:\n" . $list->(stack($ids)) . "\n  decoder:\n" . $list->(stack($writes, 1), $last);
}

sub train_of {
    my ($class, $steps) = @_;
    my $rate = pick('0.01', '{exponential_decay: {initial_learning_rate: 0.01, decay_steps: 3, decay_rate: 0.9}}',
        '{cosine_decay: {initial_learning_rate: 0.01, decay_steps: 9}}');
    my $optimizer = pick(qw(adam adamw sgd rmsprop adagrad adadelta adamax nadam)) . ": {learning_rate: $rate"
        . pick('', ', clipnorm: 1', ', global_clipnorm: 1', ', clipvalue: 0.5')
        . pick('', '', ', weight_decay: 0.01', ', use_ema: true', ', gradient_accumulation_steps: 2') . '}';
    my @keys = ('epochs: 4', 'batch_size: ' . pick(1, 4, 7, 64), "optimizer: {$optimizer}",
        maybe(0.02, 'loss: ' . pick(qw(poisson mape kl_divergence))),
        maybe(0.02, 'metrics: [mae, accuracy]'),
        maybe($class ? 0.1 : 0.3, 'loss: ' . ($class
                ? pick(qw(sparse_categorical_crossentropy categorical_crossentropy))
                : pick(qw(mse mae huber log_cosh), '{quantile: [0.1, 0.5]}'))),
        maybe(0.2, 'metrics: [' . ($class ? pick(qw(accuracy f1 perplexity top_k_accuracy)) : pick(qw(rmse mae r2 smape mase))) . ']'),
        maybe(0.1, 'shuffle: false'), $steps ? maybe(0.3, 'bptt: ' . pick(1, 3)) : (), maybe(0.02, 'stateful: true'),
        maybe(0.2, 'early_stopping: {monitor: ' . pick(qw(loss loss val_loss)) . ', patience: 1}'),
        maybe(0.1, 'reduce_lr_on_plateau: {monitor: loss, patience: 1}'), maybe($class ? 0.1 : 0, 'class_weight: balanced'),
        maybe(0.05, 'sample_weight: flag'), maybe(0.1, 'steps_per_epoch: 2'), maybe(0.1, 'validation_freq: 2'));
    return join "\n", 'train:', map { "  $_" } @keys;
}

sub config {
    my $writes = chance(0.15);
    my $layout = $writes ? 'rows' : pick(qw(windows windows sequences sequences rows));
    my $pair = $writes ? chance(0.95) : $layout eq 'windows' && chance(0.25);
    my $data = data_of($layout, $writes);
    my $ids = $data =~ /inputs: \[word\]/;
    my $class = $writes || $data =~ /targets: \[(kind|flag)\]/;
    my $steps = $layout eq 'sequences' && !$pair;
    return join "\n", 'seed: 3', $data, model_of($ids, $pair, $writes, $class), train_of($class, $steps), '';
}

# ---- what is done with one -----------------------------------------------------------------------
sub slurp { my ($path) = @_; local $/; open my $file, '<', $path or return ''; my $text = <$file>; return $text // '' }

# Exit code, or why it is none that a tool may end with.
sub tool {
    my ($name, @words) = @_;
    my $status = system "$bin/$name " . join(' ', map { "'$_'" } @words) . ' >out 2>err </dev/null';
    return 'signal ' . ($status & 127) if $status & 127;
    my $code = $status >> 8;
    return "code $code: " . slurp('err') if $code != 0 && $code != 2 && $code != 3 && $code != 4;
    my @lines = grep { !/^warning/ } split /\n/, slurp('err');
    return "code $code with " . @lines . ' lines: ' . slurp('err') if $code != 0 && @lines != 1;
    return $code;
}

my @always = ('rnnpredict model.ckpt data.csv', 'rnneval model.ckpt data.csv');
my @sometimes = map { /^rnn/ ? $_ : "rnnpredict $_ model.ckpt data.csv" } '--align', '--append', '--probabilities',
    '--top-k 2', '--steps 3', '--beam 2', '--threads 3', '--stream', '--stream --state-out s.state',
    'rnneval model.ckpt', 'rnneval --json --per-step model.ckpt',
    'rnneval --by kind model.ckpt data.csv', 'rnninfo model.ckpt', 'rnninfo --diff model.ckpt model.ckpt',
    'rnnplot --ascii history.csv', 'rnnplot --html h.html history.csv', 'rnninfo --json model.ckpt',
    'rnnexport model.ckpt o.onnx', 'rnnexport model.ckpt o.c', 'rnnexport model.ckpt o.safetensors',
    'rnnexport --scaled model.ckpt s.onnx', 'rnnexport --names pytorch model.ckpt p.safetensors',
    'rnntrain -q --init-from model.ckpt c.yaml', 'rnntrain --check c.yaml', 'rnntrain --show-samples 2 c.yaml',
    'rnntrain -q --repeats 2 c.yaml', 'rnntrain -q c.yaml output.report=r.html',
    'rnntrain -q --log-json l.json c.yaml', 'rnntrain -q c.yaml data.cross_validation=2';

sub try_config {
    my $run = sub { tool('rnntrain', '-q', 'c.yaml', @_) };
    my $code = $run->('--threads', 1);
    return ($code) if $code ne '0';
    my $one = slurp('model.ckpt');
    for my $isa (qw(generic auto)) {
        $code = $run->('--threads', 3, '--isa', $isa);
        return ("three threads, $isa: $code") if $code ne '0';
        return ("three threads, $isa: another checkpoint") if slurp('model.ckpt') ne $one;
    }
    $code = $run->('train.epochs=1');
    $code = $run->('--resume') if $code eq '0';
    return ("resumed: $code") if $code ne '0';
    return ('resumed: another checkpoint') if slurp('model.ckpt') ne $one;
    my @ends;
    for my $words (@always, (shuffle @sometimes)[0 .. 3]) {
        $code = tool(split / /, $words);
        return ("$words: $code") if $code !~ /^[023]$/;
        push @ends, "$words: $code";
    }
    return (0, @ends);
}

my %ends;
$| = 1;
for my $i ($ENV{ONLY} // (1 .. $count)) {
    srand($seed * 1_000_003 + $i);
    write_data();
    my $config = config();
    open my $file, '>', 'c.yaml' or die $!;
    print $file $config;
    close $file or die $!;
    my ($end, @rest) = try_config();
    my $good = $end =~ /^[0234]$/;
    $ends{$_}++ for $good ? "the run: $end" : 'failed', @rest;
    print $good ? "ok $i\n" : "not ok $i\n# $end\n" . $config =~ s/^/# /gmr;
    system 'cp', '-r', $folder, "$ENV{KEEP}/$i" if $ENV{KEEP} && !$good;
}
print "# $_ ($ends{$_})\n" for sort keys %ends;
print "1..$count\n";
chdir '/';
