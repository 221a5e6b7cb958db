#!/bin/sh
# One wrong letter in any key of any config of configs/: exit code 2, the place, the word as it was
# written, and the one that was meant.
. tests/tap.sh
cat >typos.pl <<'END'
use strict;
use warnings;
my ($root, $config) = @ARGV;
my $train = "$ENV{BIN}/rnntrain";
chdir $root or die;    # paths in configs are relative to it

# Names of columns are keys too, but nobody can tell how they are spelled.
my %column;
for my $csv (glob 'data/*.csv') {
    open my $in, '<', $csv or die "$csv: $!";
    my $header = <$in>;
    $header =~ s/\s+\z//;
    $column{$_} = 1 for split /,/, $header;
}
open my $in, '<', $config or die "$config: $!";
my @lines = <$in>;
for (@lines) { $column{$2} = 1 if /^  (inputs|targets): (\w+)/ }
my ($tried, $line) = (0, 0);
for my $text (@lines) {
    $line++;
    my $code = $text =~ s/(^|\s)#.*//sr;
    while ($code =~ /(?:^|[\s{,])([a-z_][a-z_0-9]*):(?=\s|$)/g) {
        my ($key, $at) = ($1, $-[1]);
        next if $column{$key} || $key =~ /\Ac\d+\z/;    # c0, c1: of files without a header
        my $wrong = $key;
        my $middle = int(length($key) / 2);
        substr($wrong, $middle, 1) = substr($wrong, $middle, 1) eq 'q' ? 'x' : 'q';
        my @other = @lines;
        substr($other[$line - 1], $at, length $key) = $wrong;
        open my $out, '>', "$ENV{WORK}/typo.yaml" or die;
        print $out @other;
        close $out or die;
        my $said = `'$train' --check '$ENV{WORK}/typo.yaml' 2>&1 </dev/null`;
        my $place = "$ENV{WORK}/typo.yaml:$line:" . ($at + 1) . ': ';
        $tried++;
        # Without its task, nothing is known of what else stands in data.generate.
        my $meant = $wrong eq 'teqt' ? 'te[sx]t' : $key;    # as near to the one as to the other
        my $good = $key eq 'task'
          ? $said =~ /\Arnntrain: \Q$ENV{WORK}\E\/typo\.yaml:$line:\d+: .*'(\w+\.)*task'/
          : $said =~ /\Arnntrain: \Q$place\Eunknown \w+ '$wrong'[^\n]*; (did you mean '$meant'\?|expected $key)\n\z/;
        next if $good && $? >> 8 == 2;
        print "# $config:$line: '$key' as '$wrong': exit code ", $? >> 8, ": $said";
    }
}
print "# $config: $tried keys tried\n" if $tried < 10;
END
WORK=$work
export BIN WORK
for config in "$root"/configs/*.yaml; do
  name=configs/$(basename "$config")
  perl typos.pl "$root" "$name" >found 2>&1
  cat found
  [ ! -s found ]
  ok $? "every key of $name"
done
done_testing
