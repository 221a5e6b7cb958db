#!/usr/bin/perl
# Run test programs that speak TAP, two at a time, and close with what really ran:
# "N passed, N failed", with ", N skipped" where tests were. Exit 1 when anything failed.
use strict;
use warnings;
use TAP::Harness;

my %by_kind = (t => ['sh']);
my $harness = TAP::Harness->new({
    jobs      => $ENV{JOBS} // 2,
    verbosity => $ENV{VERBOSE} ? 1 : 0,
    merge     => 0,
    exec      => sub { my ($h, $file) = @_; return $file =~ /\.t$/ ? ['sh', $file] : [$file] },
});
my $result  = $harness->runtests(@ARGV);
my $skipped = $result->skipped;
# A program that dies or breaks its plan counts as one failure beside those it reported.
my %bad = map { $_ => 1 } $result->exit, $result->wait, $result->parse_errors;
delete $bad{$_} for $result->failed;
my $failed = $result->failed + keys %bad;
my $passed = $result->passed - $skipped;
print "$passed passed, $failed failed", ($skipped ? ", $skipped skipped" : ''), "\n";
exit($failed ? 1 : 0);
