#!/usr/bin/perl
# What the tests have run of the sources, by gcov's counts: coverage.pl FOLDER, where the objects of a
# build with --coverage are. A file that is compiled several times counts as its best one.
use strict;
use warnings;
use File::Find;

my ($folder) = @ARGV;
my (@data, %file);
find({no_chdir => 1, wanted => sub { push @data, $_ if /\.gcda$/ && !m{/(tests|double|fuzz)/} }}, $folder);
die "no counts in $folder\n" unless @data;
for my $data (@data) {
    open my $gcov, '-|', 'gcov', '-b', '-n', $data or die "gcov: $!";
    my $name;
    while (<$gcov>) {
        $name = $1 if /^File '(src\/.*\.c)'/;
        $name = undef if /^File '(?!src\/)/ || /^File '.*\.h'/;
        next unless defined $name;
        my $f = $file{$name} //= {};
        keep($f, 'lines', $1 / 100, $2) if /^Lines executed:([\d.]+)% of (\d+)/;
        keep($f, 'branches', $1 / 100, $2) if /^Taken at least once:([\d.]+)% of (\d+)/;
    }
    close $gcov;
}
sub keep {
    my ($f, $what, $part, $count) = @_;
    $f->{$what} = [$part, $count] if !$f->{$what} || $part > $f->{$what}[0];
}
sub show {
    my ($name, @files) = @_;
    my @out;
    for my $what (qw(lines branches)) {
        my ($hit, $all) = (0, 0);
        for (@files) {
            my $f = $file{$_}{$what} or next;
            $hit += $f->[0] * $f->[1];
            $all += $f->[1];
        }
        push @out, sprintf '%6.1f %% of %5d %s', $all ? 100 * $hit / $all : 100, $all, $what;
    }
    printf "%-34s %s\n", $name, join ', ', @out;
}
show($_, $_) for sort keys %file;
my %room;
push @{$room{m{src/(\w+)/} ? $1 : ''}}, $_ for keys %file;
print "\n";
show("src/$_", @{$room{$_}}) for sort keys %room;
show('all', keys %file);
