#!/usr/bin/perl
# html_table.pl PAGE N: the N-th table of the page as CSV.
use strict;
use warnings;

local $/;
open my $file, '<', $ARGV[0] or die "$ARGV[0]: $!\n";
my @tables = <$file> =~ /<table.*?<\/table>/gs;
my $table = $tables[$ARGV[1] - 1] or die "no table $ARGV[1]\n";
for my $row ($table =~ /<tr.*?<\/tr>/gs) {
    my @cells = $row =~ /<t[hd][^>]*>(.*?)<\/t[hd]>/gs;
    for (@cells) { s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#39;/'/g; s/&amp;/&/g }
    print join(',', @cells), "\n";
}
