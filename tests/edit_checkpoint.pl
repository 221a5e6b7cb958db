#!/usr/bin/perl
# Change a checkpoint as a stranger might: perl edit_checkpoint.pl IN OUT KEY FROM TO
# replaces the text FROM by TO in the metadata KEY, and puts lengths and checksums right again.
use strict;
use warnings;
use IO::Uncompress::Gunzip qw(gunzip $GunzipError);
use IO::Compress::Gzip qw(gzip $GzipError);
use JSON::PP;

my ($in, $out, $key, $from, $to) = @ARGV;
my $bytes;
gunzip($in => \$bytes) or die $GunzipError;
my $length = unpack 'Q<', $bytes;
my $json   = JSON::PP->new->utf8->canonical;
my $header = $json->decode(substr $bytes, 8, $length);
my $at     = index $header->{__metadata__}{$key}, $from;
die "no '$from' in $key\n" if $at < 0;
substr($header->{__metadata__}{$key}, $at, length $from) = $to;
my $new = $json->encode($header);
$new .= ' ' x (-length($new) % 8);
my $edited = pack('Q<', length $new) . $new . substr $bytes, 8 + $length;
gzip(\$edited => $out) or die $GzipError;
