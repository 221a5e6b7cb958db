#!/usr/bin/perl
# Every call that can fail does, once and from then on, in whole runs of the tools: inject.pl BIN SHIM STRIDE.
# With a stride of n only each nth fault is tried. A run may end well, with the very files it
# ends with undisturbed, or with a documented code and one line that says why; what was there
# before is whole, and nothing half-written stays.
use strict;
use warnings;
use Digest::SHA;

my ($bin, $shim, $stride) = @ARGV;
my @kinds = qw(memory open read write short few interrupt sync truncate stat lock close rename thread);
my %harmless = map { $_ => 1 } qw(short few interrupt);    # a program has to go on

sub put {
    my ($path, $text) = @_;
    open my $file, '>', $path or die "$path: $!";
    print $file $text;
    close $file or die "$path: $!";
}

sub get {
    my ($path) = @_;
    open my $file, '<:raw', $path or return undef;
    local $/;
    my $text = <$file>;
    return $text;
}

# A history without its two clock columns, a report without its clock; any other file as a checksum.
sub essence {
    my ($path) = @_;
    my $text = get($path);
    return 'absent' unless defined $text;
    $text =~ s/,[^,\n]*,[^,\n]*$//mg if $path =~ /\.csv$/;
    $text =~ s/.*class="clock".*//g if $path =~ /\.html$/;
    return Digest::SHA::sha1_hex($text);
}

put('c.yaml', <<'END');
seed: 1
threads: 2
data: {csv: d.csv, window: 4, scale: standard, validation: 6}
model:
  layers:
    - gru: 3
    - dense: 1
train: {epochs: 3, batch_size: 8, metrics: [mae]}
END
put('classes.yaml', <<'END');
threads: 1
data: {csv: classes.csv, targets: y, validation: 6}
model: {layers: [{gru: 3}, {dense: 2}]}
train: {epochs: 1, loss: {sparse_categorical_crossentropy: {from_logits: true}}}
END
put('classes.csv', join("\n", 'x,y', map { $_ % 5 . ',' . ($_ % 2 ? 'odd' : 'even') } 1 .. 30) . "\n");
put('texts.yaml', <<'END');
threads: 1
data: {generate: {task: reverse, samples: 20, digits: 3}, validation: 6}
model:
  encoder: [{embedding: {output_dim: 2}}, {gru: 3}]
  decoder: [{embedding: {output_dim: 2}}, {gru: 3}, {dense: {units: 12, activation: softmax}}]
train: {epochs: 1}
END
put('d.csv', join("\n", 'x', map { sprintf '%.2f', ($_ * 7 % 13) / 4 } 1 .. 30) . "\n");

# What is run, what it writes, and what stands there before.
my @scenarios = (
    {name => 'a config is checked', run => "$bin/rnntrain -q --check c.yaml", files => []},
    {name => 'a first run', run => "$bin/rnntrain -q c.yaml", files => [qw(model.ckpt history.csv)]},
    {
        name   => 'a run over an older one',
        before => "$bin/rnntrain -q c.yaml seed=2",
        run    => "$bin/rnntrain -q c.yaml",
        files  => [qw(model.ckpt history.csv)],
    },
    {
        name   => 'a run goes on',
        before => "$bin/rnntrain -q c.yaml train.epochs=1",
        run    => "$bin/rnntrain -q --resume c.yaml",
        files  => [qw(model.ckpt history.csv)],
    },
    {
        name   => 'a prediction',
        before => "$bin/rnntrain -q c.yaml",
        run    => "$bin/rnnpredict -q model.ckpt d.csv",
        files  => [],
    },
    {
        name   => 'an evaluation',
        before => "$bin/rnntrain -q c.yaml",
        run    => "$bin/rnneval -q --json model.ckpt d.csv",
        files  => [],
    },
    {
        name   => 'a forecast',
        before => "$bin/rnntrain -q c.yaml",
        run    => "$bin/rnnpredict -q --steps 3 model.ckpt d.csv",
        files  => [],
    },
    {
        name   => 'a stream that goes on',
        before => "$bin/rnntrain -q c.yaml",
        also   => "$bin/rnnpredict -q --stream --state-out old.state model.ckpt d.csv",
        run    => "$bin/rnnpredict -q --stream --state-in old.state --state-out new.state model.ckpt d.csv",
        files  => ['new.state'],
    },
    (map {
        {
            name   => "a model as .$_",
            before => "$bin/rnntrain -q c.yaml",
            run    => "$bin/rnnexport -q model.ckpt model.$_",
            files  => ["model.$_"],
        }
    } qw(c onnx safetensors)),
    {
        name  => 'several seeds',
        run   => "$bin/rnntrain -q --repeats 2 c.yaml train.epochs=1",
        files => [qw(model.ckpt history.csv)],
    },
    {
        name  => 'folds',
        run   => "$bin/rnntrain -q c.yaml data.validation=~ data.cross_validation=2 train.epochs=1",
        files => [qw(model.ckpt history.csv)],
    },
    {
        name   => 'the weights of another',
        before => "$bin/rnntrain -q c.yaml seed=2",
        run    => "$bin/rnntrain -q --init-from model.ckpt c.yaml train.epochs=1 output.checkpoint=new.ckpt",
        files  => [qw(new.ckpt history.csv)],
    },
    {
        name   => 'a look into a checkpoint',
        before => "$bin/rnntrain -q c.yaml",
        run    => "$bin/rnninfo --json model.ckpt",
        files  => [],
    },
    {
        name   => 'a plot',
        before => "$bin/rnntrain -q c.yaml",
        run    => "$bin/rnnplot -o loss.svg history.csv",
        files  => ['loss.svg'],
    },
    {
        name   => 'a report of numbers',
        before => "$bin/rnntrain -q c.yaml",
        run    => "$bin/rnntrain -q --resume c.yaml output.report=r.html",
        files  => ['r.html'],
    },
    {
        name   => 'a report of classes',
        before => "$bin/rnntrain -q classes.yaml",
        run    => "$bin/rnntrain -q --resume classes.yaml output.report=r.html",
        files  => ['r.html'],
    },
    {
        name   => 'a report of texts',
        before => "$bin/rnntrain -q texts.yaml",
        run    => "$bin/rnntrain -q --resume texts.yaml output.report=r.html",
        files  => ['r.html'],
    },
    {
        name  => 'a run with a log of lines',
        run   => "$bin/rnntrain -q --log-json log.jsonl c.yaml",
        files => [qw(model.ckpt history.csv)],
    },
    {
        name   => 'a page of curves',
        before => "$bin/rnntrain -q c.yaml",
        run    => "$bin/rnnplot --html r.html history.csv",
        files  => ['r.html'],
    },
);

sub clear { unlink glob('model.* new.ckpt *.state history.* loss.svg r.html log.jsonl .*.tmp.* .*.lock'); }

# Returns the exit code, or a text when it ended in no allowed way.
sub run_once {
    my ($command, $fault) = @_;
    my $pid = fork() // die "fork: $!";
    if ($pid == 0) {
        open STDOUT, '>', 'out' or die;
        open STDERR, '>', 'err' or die;
        @ENV{qw(LD_PRELOAD FAULT FAULT_COUNT)} = ($shim, $fault, 'count') if defined $fault;
        alarm 30;
        exec split / /, $command;
    }
    waitpid $pid, 0;
    return $? & 127 ? 'killed by signal ' . ($? & 127) : $? >> 8;
}

sub complaint {
    my ($s, $kind, $wanted, $old) = @_;
    my ($code, $said) = ($s->{code}, get('err') // '');
    return $code if $code =~ /\D/;
    # What cannot be looked at is not removed.
    my @left = glob($kind eq 'stat' ? '.*.tmp.*' : '.*.tmp.* .*.lock');
    return "left behind: @left" if @left;
    if ($code == 0) {
        return "exit 0, but said: $said" if $said ne '';
        return 'exit 0 with another output' if essence('out') ne $s->{out} && $s->{run} !~ /rnntrain/;
        for my $file (@{$s->{files}}) {
            return "exit 0 with another $file" if essence($file) ne $wanted->{$file};
        }
        return '';
    }
    return "exit $code" if $code !~ /^[1235]$/ || $harmless{$kind};
    return "exit $code, and said: $said" if $said !~ /\Arnn[a-z]+: [^\n]+\n\z/;
    my $checkpoint = essence('model.ckpt');
    return 'the checkpoint is neither the old one nor the new one'
        if grep { $_ eq 'model.ckpt' } @{$s->{files}} and $checkpoint ne $wanted->{'model.ckpt'}
        and $checkpoint ne $old and !loads();
    return '';
}

# A run that saves as it goes may leave a checkpoint of its own middle.
sub loads { return run_once("$bin/rnninfo model.ckpt") eq '0'; }

my ($tests, $tried) = (0, 0);
for my $s (@scenarios) {
    my (%bad, %kept);
    my $prepare = sub {
        clear();
        for my $file (keys %kept) { put($file, $kept{$file}); }
    };
    clear();
    if ($s->{before}) {
        run_once($s->{before}) eq '0' or die get('err');
        if ($s->{also}) { run_once($s->{also}) eq '0' or die get('err'); }
        for my $file (grep { -e } qw(model.ckpt history.csv old.state)) { $kept{$file} = get($file); }
    }
    my $old = essence('model.ckpt');
    $s->{code} = run_once($s->{run});
    $s->{code} eq '0' or die "$s->{run}: $s->{code} " . get('err');
    my %wanted = map { $_ => essence($_) } @{$s->{files}};
    $s->{out} = essence('out');
    for my $kind (@kinds) {
        $prepare->();
        run_once($s->{run}, "$kind:0");
        my $count = get('count') + 0;
        for (my $n = 1; $n <= $count; $n += $kind eq 'memory' ? $stride : 1) {
            for my $fault ("$kind:$n", "$kind:$n:on") {
                next if $kind eq 'interrupt' && $fault =~ /on/;    # it would never end
                $prepare->();
                $s->{code} = run_once($s->{run}, $fault);
                my $complaint = complaint($s, $kind, \%wanted, $old);
                $bad{$fault} = $complaint if $complaint ne '';
                $tried++;
            }
        }
    }
    $tests++;
    print %bad ? 'not ' : '', "ok $tests - $s->{name}\n";
    my @shown = sort keys %bad;
    print "# $_: ", $bad{$_} =~ s/\n/ /gr, "\n" for splice @shown, 0, 20;
}
print "# $tried faults\n1..$tests\n";
clear();
