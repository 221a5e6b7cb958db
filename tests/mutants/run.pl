#!/usr/bin/perl
# Mutation test: small faults, put into the sources one at a time, which the tests have to notice.
#
#   run.pl [-k] [PATTERN]    the mutants whose first line matches PATTERN; -k: all may survive
#
# The faults are those of mutants.txt beside this file: "FILE: what", then the old text in lines
# "- TEXT" and the new one in lines "+ TEXT" (none: the old text goes). Spaces and line ends in the
# old text stand for any number of them; it must be in the file exactly once. Each is built in a
# copy of the tree, and the tests that belong to the file run until one fails. Prints a line each,
# at the end "N caught, M survived"; exit 1 when less than 95 % are caught. JOBS=N: N at a time, else 2.
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename 'dirname';
use File::Temp 'tempdir';
use POSIX ':sys_wait_h';
use Time::HiRes 'time';

# The tests of a source, by the first pattern that fits, in the order in which they run.
my @layers = map { "unit/test_$_" } qw(layers model kernels dropout states engine kept product
  functions activation_values inference);
my @data = map { "unit/test_$_" } qw(dataset dataset_input columns texts times);
my @tests = (
    [qr{layers/column_embedding},   qw(gradient/test_column_embedding unit/test_columns)],
    [qr{kernels/update|model/optim}, qw(golden/test_golden unit/test_optimizer unit/test_accumulation
        unit/test_train unit/test_model)],
    [qr{layers/|kernels/},          'gradient/test_gradient', 'golden/test_golden', @layers,
        qw(cli/layers.t)],
    [qr{model/(mask|states|penalty)}, 'unit/test_mask', 'gradient/test_gradient', 'golden/test_golden', @layers],
    [qr{model/loss},                qw(unit/test_loss gradient/test_gradient golden/test_golden
        unit/test_engine cli/losses.t)],
    [qr{model/metric},              qw(unit/test_metric unit/test_engine cli/metrics.t cli/rnneval.t)],
    [qr{model/schedule},            qw(unit/test_schedule golden/test_golden unit/test_optimizer)],
    [qr{model/init},                qw(unit/test_model unit/test_layers unit/test_random)],
    [qr{data/(split|deal)},         'unit/test_split', @data, 'unit/test_weights',
        qw(cli/cross_validation.t cli/layouts.t)],
    [qr{data/transform},            'unit/test_transform', @data, 'cli/columns.t'],
    [qr{data/weights},              'unit/test_weights', @data],
    [qr{data/missing},              'unit/test_missing', @data, 'cli/ahead.t'],
    [qr{data/times},                'unit/test_times', @data, 'cli/ahead.t'],
    [qr{data/},                     @data, qw(unit/test_missing unit/test_transform unit/test_split
        cli/layouts.t cli/ahead.t)],
);
my $longest = 120;    # seconds that a test may take; what hangs is caught

my $keep = @ARGV && $ARGV[0] eq '-k' ? shift @ARGV : '';
my $root = abs_path(dirname($0) . '/../..');
my $make = $ENV{MAKE} // 'make';
delete @ENV{qw(MAKEFLAGS MFLAGS MAKELEVEL)};

sub slurp {
    my ($path) = @_;
    open my $file, '<', $path or die "$path: $!\n";
    local $/;
    return scalar <$file>;
}

sub spill {
    my ($path, $text) = @_;
    open my $file, '>', $path or die "$path: $!\n";
    print $file $text;
    close $file or die "$path: $!\n";
}

sub read_mutants {
    my ($pattern) = @_;
    my (@mutants, $in);
    my $line = 0;
    for (split /\n/, slurp("$root/tests/mutants/mutants.txt")) {
        $line++;
        next if /^#|^\s*$/;
        if (/^([-+]) (.*)/) { push @{$mutants[-1]{$1}}, $2 }
        elsif (m{^(src/\S+): (.+)}) { push @mutants, {name => $_, path => $1, line => $line} }
        else { die "mutants.txt:$line: neither a mutant nor its text\n" }
    }
    return grep { $_->{name} =~ /$pattern/ } @mutants;
}

# The source with the fault in it.
sub mutate {
    my ($mutant) = @_;
    my $source = slurp("$root/$mutant->{path}");
    my $old = join '\s+', map { quotemeta } map { split ' ' } @{$mutant->{'-'}};
    my @found = $source =~ /$old/g;
    die "mutants.txt:$mutant->{line}: found ${\ scalar @found} times: $mutant->{name}\n"
        if @found != 1;
    my $new = join "\n", @{$mutant->{'+'} // []};
    $source =~ s/$old/$new/;
    return $source;
}

# Run a command in a folder; true when it ends well and in time.
sub run {
    my ($folder, $log, @command) = @_;
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        setpgrp;
        chdir $folder or POSIX::_exit(126);
        open STDOUT, '>>', $log or POSIX::_exit(126);
        open STDERR, '>&', \*STDOUT;
        exec { $command[0] } @command or POSIX::_exit(127);
    }
    my $end = time + $longest;
    while (waitpid($pid, WNOHANG) == 0) {
        if (time > $end) {
            kill 'KILL', -$pid;
            waitpid $pid, 0;
            return 0;
        }
        select undef, undef, undef, 0.01;
    }
    return $? == 0;
}

sub tests_of {
    my ($path) = @_;
    my ($fitting) = grep { $path =~ $_->[0] } @tests;
    die "no tests for $path\n" if !defined $fitting;
    my ($pattern, @names) = @$fitting;
    return @names;
}

# The first test that fails; '' when none does.
sub find_failure {
    my ($copy, @names) = @_;
    my ($log, $made) = ("$copy/log", '');
    for my $name (@names) {
        my $script = $name =~ /\.t$/;
        my $target = $script ? 'all' : "build/tests/$name";
        # Faults may leave things unused, which is no error here.
        if ($made ne 'all' || !$script) {
            run($copy, $log, $make, '-s', 'CFLAGS=-w', $target)
                or die "does not build:\n" . slurp($log) . "\n";
        }
        $made = $target;
        return $name
            if !run($copy, $log, $^X, 'tests/run.pl', $script ? "tests/$name" : $target);
    }
    return '';
}

# Every $jobs-th mutant from number $first on: a line each.
sub work {
    my ($copy, $first, $jobs, @mutants) = @_;
    local @ENV{qw(BIN BUILD)} = ("$copy/bin", "$copy/build");
    my %all = map { $_ => 1 } map { tests_of($_->{path}) } @mutants;
    if ($first == 0 && (my $failed = find_failure($copy, sort keys %all)) ne '') {
        die "without a fault, $failed fails:\n" . slurp("$copy/log");
    }
    for (my $i = $first; $i < @mutants; $i += $jobs) {
        my $mutant = $mutants[$i];
        my $path   = "$copy/$mutant->{path}";
        my $start  = time;
        unlink "$copy/log";
        spill($path, mutate($mutant));
        my $by = eval { find_failure($copy, tests_of($mutant->{path})) };
        spill($path, slurp("$root/$mutant->{path}"));
        if (!defined $by) {
            print "broken   $mutant->{name}: $@";
            next;
        }
        printf "%-8s %4.0f s  %s%s\n", $by ne '' ? 'caught' : 'SURVIVED', time - $start,
            $mutant->{name}, $by ne '' ? "  [$by]" : '';
    }
}

$| = 1;
my @mutants = read_mutants($ARGV[0] // '.');
# Those that no longer fit are told at once.
my @stale = map { eval { mutate($_); 1 } ? () : $@ } @mutants;
die @stale if @stale;
my $jobs = $ENV{JOBS} // 2;
my $folder = tempdir('mutants.XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $parent = $$;
my @workers;
for my $job (0 .. $jobs - 1) {
    my $copy = "$folder/$job";
    mkdir $copy or die "$copy: $!\n";
    system('cp', '-a', (map { "$root/$_" } qw(Makefile src tests man configs data build bin)), $copy) == 0
        or die "cannot copy the tree\n";
    my $pid = open(my $lines, '-|') // die "fork: $!\n";
    if ($pid == 0) {
        eval { work($copy, $job, $jobs, @mutants); 1 } or print "broken $@";
        POSIX::_exit(0);
    }
    push @workers, $lines;
}
my %count = (caught => 0, SURVIVED => 0, broken => 0);
my %open = map { fileno $_ => $_ } @workers;
while (%open) {
    my $bits = '';
    vec($bits, $_, 1) = 1 for keys %open;
    select $bits, undef, undef, undef;
    for my $number (grep { vec($bits, $_, 1) } keys %open) {
        my $line = readline $open{$number};
        if (!defined $line) {
            delete $open{$number};
            next;
        }
        print $line;
        $count{$1}++ if $line =~ /^(caught|SURVIVED|broken)\b/;
    }
}
my $all = $count{caught} + $count{SURVIVED};
print "$count{caught} caught, $count{SURVIVED} survived\n";
exit($count{broken} || $all < @mutants || (!$keep && $count{caught} < 0.95 * $all) ? 1 : 0);
