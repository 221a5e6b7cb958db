#!/usr/bin/perl
# check_html.pl PAGE: every tag is closed in its order, ids are used once, links lead to ids of the
# page, and nothing is fetched from anywhere. Says what is wrong; exit 1.
use strict;
use warnings;

local $/;
open my $file, '<', $ARGV[0] or die "$ARGV[0]: $!\n";
my $page = <$file>;
my $bad  = 0;
sub wrong { print "# $ARGV[0]: @_\n"; $bad = 1 }

$page =~ /\A<!DOCTYPE html>\n/ or wrong('no doctype');
$page =~ /https?:|\burl\(|\@import/ and wrong("'$&' in it");
$page =~ s/<!DOCTYPE html>//;
$page =~ s/<(style|script)>(.*?)<\/\1>/<$1><\/$1>/gs;
my %void = map { $_ => 1 } qw(meta br hr img link input);
my (@open, %id, @links);
while ($page =~ /<(\/?)([A-Za-z][A-Za-z0-9]*)((?:\s+[A-Za-z-]+(?:="[^"<>]*")?)*)\s*(\/?)>|([<>])/g) {
    my ($close, $tag, $attributes, $self, $stray) = ($1, $2, $3, $4, $5);
    if (defined $stray) { wrong("a stray $stray: " . substr($page, pos($page) - 30, 60)); next }
    if ($close) { my $last = pop(@open) // ''; $last eq $tag or wrong("</$tag> closes <$last>"); next }
    while ($attributes =~ /([A-Za-z-]+)(?:="([^"]*)")?/g) {
        my ($name, $value) = (lc $1, $2 // '');
        $name eq 'id' and $id{$value}++ and wrong("the id $value twice");
        $name =~ /^on/ and wrong("a handler $name");
        $name eq 'src' and wrong("src=$value");
        $name =~ /^(href|for)$/ and push @links, $value;
        $name =~ /^aria-labelledby$/ and push @links, map { "#$_" } split ' ', $value;
    }
    push @open, $tag unless $self || $void{$tag};
}
wrong("open at the end: @open") if @open;
for (@links) { /^#(.*)/ && $id{$1} or wrong("a link to $_") }
exit $bad;
