#!/usr/bin/env perl
# Draws the README's picture of a terminal: runs the commands below in an empty folder and writes what
# they said as SVG to standard output. In the repository's root, after make:
#
#     perl man/terminal.pl >man/terminal.svg
use strict;
use warnings;
use Cwd qw(getcwd);
use Encode qw(decode encode);
use File::Temp qw(tempdir);

my $config = <<'END';
data:
  csv: data/shapes.csv         # columns id, step, value, shape
  sequence_id: id              # the rows of an id are one sequence
  inputs: value
  targets: shape               # texts, so classes
  validation: 0.2
model:
  layers:
    - gru: 32
    - dense: {activation: softmax}
train:
  optimizer: {adam: 0.005}
  epochs: 60
output: {checkpoint: shapes.ckpt}
END
# What is shown, and what is run for it where that is not the same: no clock, nothing
# of this machine. Of the epochs the first and the last are enough.
my @commands = (
    ['cat shapes.yaml'],
    ['rnntrain shapes.yaml', q{rnntrain shapes.yaml 2>&1 >/dev/null |
        sed -e '/^memory/d' -e '/^epoch \([3-9]\|[1-5].\)\//d' -e 's/\(val_accuracy [0-9.]*\).*/\1/'}],
    ['rnnplot history.csv', 'rnnplot -W 74 -H 12 history.csv'],
    ['rnnpredict --probabilities shapes.ckpt data/shapes.csv | head -n 3'],
);

my $root = getcwd();
my $bin = $ARGV[0] // "$root/bin";
my $folder = tempdir(CLEANUP => 1);
symlink "$root/data", "$folder/data" or die "data: $!";
chdir $folder or die "$folder: $!";
open my $file, '>', 'shapes.yaml' or die $!;
print $file $config;
close $file or die $!;
$ENV{PATH} = "$bin:$ENV{PATH}";
my @lines;
for my $command (@commands) {
    my ($shown, $run) = (@$command, $command->[0]);
    my $said = `$run`;
    die "$run: exit code $?\n" if $?;
    push @lines, "\$ $shown", map { s/^(.{82}).{2,}/$1\x{2026}/r } split /\n/, decode('UTF-8', $said);
}
chdir $root;

my ($advance, $line, $margin) = (8.2, 18, 18);
my ($width, $height) = (84 * $advance + 2 * $margin, @lines * $line + 2 * $margin + 6);
my @svg = (sprintf('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" '
            . 'role="img" font-family="ui-monospace, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="13.6">',
        $width, $height, $width, $height),
    '<title>A terminal: a config of 14 lines, the run of rnntrain, its loss curve, predictions</title>',
    sprintf('<rect width="%.0f" height="%.0f" rx="8" fill="#16191f"/>', $width, $height));
# Words have their places, whatever font draws them; what the font may lack, each by itself.
for my $i (0 .. $#lines) {
    my $text = $lines[$i];
    my $spans = '';
    while ($text =~ /([!-~]+|[^ -~])/g) {
        my $x = sprintf '%.1f', $margin + (pos($text) - length $1) * $advance;
        my $word = $1 =~ s/&/&amp;/gr =~ s/</&lt;/gr =~ s/>/&gt;/gr;
        $spans .= qq{<tspan x="$x">$word</tspan>};
    }
    push @svg, sprintf '<text y="%d" fill="%s">%s</text>', $margin + 14 + $i * $line,
        $text =~ /^\$ / ? '#8fd18f' : '#d6dae2', $spans if $spans ne '';
}
print encode('UTF-8', join("\n", @svg, '</svg>') . "\n");
