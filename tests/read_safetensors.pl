#!/usr/bin/perl
# Read a safetensors file, plain or gzip-compressed, by the format's description alone, and print
# it: a second opinion on what the program writes.
#
#   perl tests/read_safetensors.pl FILE            NAME DTYPE SHAPE SHA-256 of each tensor's bytes
#   perl tests/read_safetensors.pl --values FILE   NAME DTYPE SHAPE VALUES
#   perl tests/read_safetensors.pl --metadata FILE KEY, a tab, VALUE (control characters escaped)
#
# Tensors come in the order of their offsets. Exit 1 with a line on standard error when the file
# breaks a rule of the format.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use IO::Uncompress::Gunzip qw(gunzip $GunzipError);
use JSON::PP;

my %size = (F64 => 8, F32 => 4, I64 => 8, I32 => 4, U8 => 1);
my %unpack = (F64 => 'd<*', F32 => 'f<*', I64 => 'q<*', I32 => 'l<*', U8 => 'C*');

my $what = @ARGV == 2 ? shift : '--sha';
my $path = shift // die "usage: read_safetensors.pl [--values|--metadata] FILE\n";

sub broken { print STDERR "$path: @_\n"; exit 1 }

open my $in, '<:raw', $path or broken($!);
my $bytes = do { local $/; <$in> } // '';
if ($bytes =~ /^\x1f\x8b/) {
    # The member's flags and time: none may be set, or equal runs would give unequal files.
    my (undef, undef, $method, $flags, $time) = unpack 'CCCCV', $bytes;
    broken("gzip method $method, flags $flags, time $time") if $method != 8 || $flags || $time;
    my $plain;
    gunzip(\$bytes => \$plain, Transparent => 0, TrailingData => my $trailing)
      or broken("gunzip: $GunzipError");
    broken('bytes after the gzip member') if length($trailing // '');
    $bytes = $plain;
}
broken('shorter than 8 bytes') if length $bytes < 8;
my $length = unpack 'Q<', $bytes;
broken("header of $length bytes in a file of " . length $bytes) if $length > length($bytes) - 8;
broken("header of $length bytes is not padded to 8") if $length % 8;
my $text = substr $bytes, 8, $length;
broken('header does not start with {') if $text !~ /^\{/;
broken('header is padded with something else than spaces') if $text !~ /\} *\z/;
my $header = eval { JSON::PP->new->utf8->decode($text) } // broken("header: $@");
my $data = substr $bytes, 8 + $length;

my $metadata = delete $header->{__metadata__} // {};
if ($what eq '--metadata') {
    for my $key (sort keys %$metadata) {
        my $value = $metadata->{$key};
        broken("metadata $key is no string") if ref $value;
        utf8::encode($value);
        $value =~ s/([\x00-\x1f\x7f\\])/sprintf '\\x%02x', ord $1/ge;
        print "$key\t$value\n";
    }
    exit 0;
}

my $end = 0;
my @names = sort {
    $header->{$a}{data_offsets}[0] <=> $header->{$b}{data_offsets}[0] || $a cmp $b
} keys %$header;
for my $name (@names) {
    my $tensor = $header->{$name};
    my ($type, $shape, $offsets) = @$tensor{qw(dtype shape data_offsets)};
    broken("$name: fields @{[sort keys %$tensor]}") if keys %$tensor != 3;
    my $bytes_each = $size{$type} // broken("$name: dtype $type");
    my $count = 1;
    $count *= $_ for @$shape;
    broken("$name: offsets @$offsets after $end") if $offsets->[0] != $end;
    broken("$name: offsets @$offsets for $count elements")
      if $offsets->[1] - $offsets->[0] != $count * $bytes_each;
    $end = $offsets->[1];
    broken("$name: ends at $end of " . length $data) if $end > length $data;
    my $tensor_bytes = substr $data, $offsets->[0], $count * $bytes_each;
    my $show = $what eq '--values'
      ? join(' ', map { sprintf '%.9g', $_ } unpack $unpack{$type}, $tensor_bytes)
      : sha256_hex($tensor_bytes);
    my $label = $name;
    utf8::encode($label);
    print "$label $type [", join(',', @$shape), "] $show\n";
}
broken('bytes after the last tensor') if $end != length $data;
