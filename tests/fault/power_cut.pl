#!/usr/bin/perl
# The power fails at any moment of a run that saves after every epoch: power_cut.pl BIN SHIM.
# The shim writes down what the run does to its files. Of every prefix of that, the states are made
# that a disk may be in: what was not synced is there, is not, or is torn after 512 bytes, and names
# of a folder that was not synced are the old ones or the new ones. From each of them --resume=auto
# ends with the same files as the run that was never cut.
use strict;
use warnings;
use Digest::SHA 'sha1_hex';

my ($bin, $shim) = @ARGV;

sub put {
    my ($path, $text) = @_;
    open my $file, '>:raw', $path or die "$path: $!";
    print $file $text;
    close $file or die "$path: $!";
}
sub get {
    my ($path) = @_;
    open my $file, '<:raw', $path or return '';
    local $/;
    return scalar <$file>;
}
sub result {
    my $history = get('history.csv') =~ s/,[^,\n]*,[^,\n]*$//mgr;
    return sha1_hex(get('model.ckpt'), $history);
}
sub clear { unlink glob('model.ckpt history.csv .*.tmp.* .*.lock') }

put('c.yaml', <<'END');
data: {generate: {task: sine, samples: 60, window: 4}, validation: 10}
model: {layers: [gru: 12, dense: 1]}
train: {epochs: 4, batch_size: 16}
output: {every: 1}
END
my $run = "$bin/rnntrain -q c.yaml >out 2>err";
system("LD_PRELOAD=$shim FAULT_LOG=log $run") == 0 or die get('err');
my $wanted = result();
my $log    = get('log');
unlink 'log';

# ---- what the disk may hold ----
my (%now, %safe, @inode, %fd, %tried);    # names -> inode; inode: [bytes, synced bytes]; fd -> inode
my ($tests, $bad) = (0, 0);

sub try_state {
    my ($names, $choose, $what) = @_;
    my %files = map { $_ => $choose->($inode[$names->{$_}]) } keys %$names;
    return if $tried{sha1_hex(map { "$_\0$files{$_}\0" } sort keys %files)}++;
    clear();
    put($_, $files{$_}) for keys %files;
    $tests++;
    my $good = (!-e "model.ckpt" || system("$bin/rnninfo model.ckpt >out 2>err") == 0)
        && system("$bin/rnntrain -q c.yaml --resume=auto >out 2>err") == 0 && result() eq $wanted;
    return if $good;
    $bad++;
    print "# $what: ", get('err'), "\n";
}
sub torn {
    my ($new, $old) = @{$_[0]};
    return $new if length $new <= length $old;
    return substr $new, 0, (length($old) + 512 < length $new ? length($old) + 512 : length $old);
}
sub try_all {
    my ($what) = @_;
    for my $names (\%now, \%safe) {
        try_state($names, $_, $what) for sub { $_[0][0] }, sub { $_[0][1] }, \&torn;
    }
}

my $at = 0;
while ($log =~ /\G([^\n]+)\n/gc) {
    my ($call, $rest) = split / /, $1, 2;
    if ($call eq 'open') {
        my ($fd, $flags, $path) = split / /, $rest, 3;
        delete $fd{$fd};
        $fd{$fd} = 'folder' if $path eq '.';
        next unless $path =~ /^[^\/]*(model\.ckpt|history\.csv)/ && $flags & 3;
        if (!defined $now{$path}) {
            push @inode, ['', ''];
            $now{$path} = $#inode;
        }
        $fd{$fd} = $now{$path};
    } elsif ($call eq 'write') {
        my ($fd, $length) = split / /, $rest;
        my $bytes = substr $log, pos $log, $length;
        pos($log) += $length;
        $inode[$fd{$fd}][0] .= $bytes if defined $fd{$fd} && $fd{$fd} ne 'folder';
    } elsif ($call eq 'truncate') {
        my ($fd, $length) = split / /, $rest;
        $inode[$fd{$fd}][0] = substr $inode[$fd{$fd}][0], 0, $length;
    } elsif ($call eq 'sync') {
        if   (!defined $fd{$rest})       { next }
        elsif ($fd{$rest} eq 'folder')   { %safe = %now }
        else                             { $inode[$fd{$rest}][1] = $inode[$fd{$rest}][0] }
    } elsif ($call eq 'rename') {
        my ($from, $to) = split /\t/, $rest;
        $now{$to} = delete $now{$from};
    } elsif ($call eq 'unlink') {
        delete $now{$rest};
    }
    try_all('after call ' . ++$at);
}
print $bad ? 'not ' : '', "ok 1 - $tests states of the disk after $at calls, $bad of them lost something\n";
print $tests > 20 ? '' : 'not ', "ok 2 - there were some\n1..2\n";
clear();
