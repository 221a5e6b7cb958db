#!/usr/bin/perl
# Make a checkpoint of another one, as a stranger might: craft_checkpoint.pl IN OUT CODE.
# CODE is Perl that changes $h (the header, decoded), $data (the tensors' bytes), and, once they are
# put together, may give $after = sub { ... } to change $_: the header's text before, or with
# $plain = 1 the whole file, uncompressed; lengths and checksums are then right again.
use strict;
use warnings;
use IO::Uncompress::Gunzip qw(gunzip $GunzipError);
use IO::Compress::Gzip qw(gzip $GzipError);
use JSON::PP;

my ($in, $out, $code) = @ARGV;
my ($bytes, $after, $plain, $length);
gunzip($in => \$bytes) or die $GunzipError;
my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my $h    = $json->decode(substr $bytes, 8, unpack 'Q<', $bytes);
my $data = substr $bytes, 8 + unpack 'Q<', $bytes;
eval $code;
die $@ if $@;
$_ = $json->encode($h);
$after->() if $after;
$_ .= ' ' x (-length($_) % 8);
my $file = pack('Q<', $length // length $_) . $_ . $data;
open my $to, '>:raw', $out or die "$out: $!";
if ($plain) {
    print $to $file;
} else {
    my $packed;
    gzip(\$file => \$packed) or die $GzipError;
    print $to $packed;
}
close $to or die "$out: $!";
