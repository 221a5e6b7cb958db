#!/bin/sh
# make install and uninstall, below a folder as packages are made.
. tests/tap.sh
make_in() { # TARGET: with the programs that are tested
  # MAKEFLAGS are those of the make that runs the tests.
  env -u MAKEFLAGS -u MAKELEVEL make -C "$root" --no-print-directory \
    BIN="$BIN" BUILD="${BUILD:-$root/build}" PREFIX=/usr DESTDIR="$work/to" "$1" >out 2>err
}
# Only what is up to date is installed here; the tests build nothing.
if ! make_in -q || [ ! -x "$BIN/rnntrain" ]; then
  skip 'make install' 'the programs are not up to date'
  done_testing
  exit
fi
make_in install
code=$?
[ $code -eq 0 ] || sed 's/^/# /' err
ok $code 'make install DESTDIR= PREFIX='
(cd to && find . ! -type d | LC_ALL=C sort) >found
{
  for tool in rnneval rnnexport rnninfo rnnplot rnnpredict rnntrain; do
    echo "./usr/bin/$tool"
    echo "./usr/share/bash-completion/completions/$tool"
  done
  (cd "$root/man" && for page in *.[15]; do echo "./usr/share/man/man${page##*.}/$page"; done)
} | LC_ALL=C sort >wanted
is 'programs, pages and completions are there, and nothing else' "$(cat wanted)" "$(cat found)"
for tool in rnneval rnnexport rnninfo rnnplot rnnpredict rnntrain; do
  to/usr/bin/$tool --print-completion 2>&1 | cmp -s - to/usr/share/bash-completion/completions/$tool
  ok $? "$tool runs from there, and completes"
done
to/usr/bin/rnntrain --version >said
is 'the installed program is the one that was tested' "$("$BIN/rnntrain" --version)" "$(cat said)"
is 'pages can be read by all' 0 "$(find to/usr/share -type f ! -perm -444 | wc -l)"
mkdir -p to/usr/share/bash-completion/completions && : >to/usr/share/bash-completion/completions/other
make_in uninstall
is 'make uninstall leaves what others have put there, and nothing else' \
  '0 to/usr/share/bash-completion/completions/other' "$? $(find to ! -type d)"
done_testing
