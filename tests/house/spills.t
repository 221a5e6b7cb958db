#!/bin/sh
# The inner loops of the products keep their sums in registers: in a loop of fused multiply-adds no
# vector goes to the stack or comes from it. Slow tiles give the same bits, so no other test sees
# them.
BUILD=${BUILD:-build}
listing=$(mktemp "${TMPDIR:-/tmp}/spills.XXXXXX") || exit 1
trap 'rm -f "$listing"' EXIT

# shellcheck disable=SC2016 # the program is perl's
# spills: a disassembly on standard input (where rbp may be a register like others: only what lies
# below it is the stack); says "loops N", and a line for each vector on the stack.
spills() {
  perl -ne '
    @code = () if /^[0-9a-f]+ </;    # another function
    next unless /^\s*([0-9a-f]+):\s+(\S.*)/;
    push @code, [hex $1, $2];
    next unless $2 =~ /^j\w+\s+([0-9a-f]+)\b/ && hex $1 < $code[-1][0];
    my $top = hex $1;
    my @loop = grep { $_->[0] >= $top } @code;
    next if (grep { $_->[1] =~ /^j/ } @loop) > 1;    # not an innermost one
    next if (grep { $_->[1] =~ /^vfn?madd/ } @loop) < 2;
    $loops++;
    printf "%x: %s\n", @$_ for grep { $_->[1] =~ /^v.*(\(%rsp|-0x[0-9a-f]+\(%rbp\))/ } @loop;
    END { print "loops ", $loops + 0, "\n" }'
}

n=0
ok() { # STATUS NAME
  n=$((n + 1))
  if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

echo 1..4
found=$(printf '%s\n' '0000000000000000 <tile>:' \
  '   0:	vmovups -0x50(%rbp),%zmm1' '   8:	vmovups (%rdx),%zmm1' \
  '  10:	vfmadd231ps %zmm1,%zmm2,%zmm4' '  18:	vfmadd231ps %zmm0,%zmm2,%zmm3' \
  '  20:	jne    8 <tile+0x8>' | spills)
[ "$found" = 'loops 1' ]
ok $? 'a loop that keeps its sums in registers passes, whatever stands before it'
found=$(printf '%s\n' '0000000000000000 <tile>:' \
  '   8:	vmovups -0x50(%rbp),%zmm3' '  10:	vfmadd231ps %zmm1,%zmm2,%zmm4' \
  '  18:	vfmadd231ps %zmm0,%zmm2,%zmm3' '  1c:	vmovups %zmm3,-0x50(%rbp)' \
  '  20:	jne    8 <tile+0x8>' | spills | wc -l)
[ "$found" -eq 3 ]
ok $? 'one that takes a sum from the stack and puts it back is found out'

for isa in avx2 avx512; do
  object=$BUILD/kernels/product.$isa.o
  case $BUILD in *address* | *undefined* | *thread*) object= ;; esac
  if [ ! -f "$object" ] || ! command -v objdump >/dev/null; then
    n=$((n + 1))
    echo "ok $n # SKIP no $isa kernels here, or instrumented ones, or no objdump (binutils)"
    continue
  fi
  objdump -d --no-show-raw-insn "$object" | spills >"$listing"
  sed 's/^/# /' "$listing"
  [ "$(grep -vc '^loops' "$listing")" -eq 0 ] && [ "$(sed -n 's/^loops //p' "$listing")" -ge 6 ]
  ok $? "no tile of $isa spills"
done
