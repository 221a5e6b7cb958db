#!/usr/bin/perl
# What a terminal shows after the bytes that a program wrote: screen.pl COLUMNS <BYTES. Knows what a
# progress bar may use and no more; exits 1 when there is anything else, or when a line from the one
# that begins with `outputs` on does not fit.
use strict;
use warnings;
use utf8;
binmode STDIN,  ':encoding(UTF-8)';
binmode STDOUT, ':encoding(UTF-8)';
my ($columns) = @ARGV;
my $bytes = do { local $/; <STDIN> };
my (@screen, $bad, $checked);
my ($row, $column) = (0, 0);
while ($bytes =~ /\G(\e\[J|\e\[K|\r|\n|[^\e])/gc) {
    my $one = $1;
    if ($one eq "\r") { $column = 0 }
    elsif ($one eq "\n") {
        $checked = 1 if ($screen[$row] // '') =~ /^outputs/;
        $row++;
    }
    elsif ($one =~ /^\e/) {
        substr($screen[$row], $column) = '' if length($screen[$row] // '') > $column;
        $#screen = $row if $one eq "\e[J" && $#screen > $row;
    }
    else {
        $screen[$row] //= '';
        $screen[$row] .= ' ' x ($column + 1 - length $screen[$row]) if length $screen[$row] <= $column;
        substr($screen[$row], $column++, 1) = $one;
        print "too wide: $screen[$row]\n" if $checked && $column == $columns;
        $bad = 1 if $checked && $column >= $columns;
        last if $screen[$row] =~ /^(validation |stopped)/; # the bar has gone
    }
}
my $rest = substr $bytes, pos($bytes) // length $bytes;
if ($rest =~ /^\e/) { print 'unknown: ', ($rest =~ /^(.{1,8})/s)[0] =~ s/\e/ESC/r, "\n"; $bad = 1 }
print map { ($_ // '') =~ s/ +$//r . "\n" } @screen;
exit($bad ? 1 : 0);
