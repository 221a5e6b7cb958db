#!/bin/sh
# The documents keep up with the program: manual pages with options and keys, the README's commands.
root=$PWD
folder=$(mktemp -d "${TMPDIR:-/tmp}/docs.XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT

n=0
ok() { # STATUS NAME
  n=$((n + 1))
  if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}
skip() { # NAME WHY
  n=$((n + 1))
  echo "ok $n - $1 # SKIP $2"
}
none() { # NAME: what is in $folder/found are the violations
  sed 's/^/# /' "$folder/found"
  [ ! -s "$folder/found" ]
  ok $? "$1"
}
some() { # NAME: the made-up violation must be found
  [ -s "$folder/found" ]
  ok $? "$1"
}

# ---- manual pages ----
# Long options, one a line. In --help they begin a line; in a page they are the tags of its list.
options_of_help() {
  sed -n 's/^ *\(-[A-Za-z], \)\{0,1\}--\([a-z-]*\).*/\2/p' | sort -u
}
options_of_page() { # PAGE
  sed -n '/^\.It Fl/s/.*Fl -\([a-z][a-z-]*\).*/\1/p' "$1" | sort -u
}
compare_options() { # HELP PAGE
  options_of_help <"$1" >"$folder/in_help"
  options_of_page "$2" >"$folder/in_page"
  [ -s "$folder/in_help" ] || echo "no options in $1"
  comm -23 "$folder/in_help" "$folder/in_page" | sed "s|^|$2 lacks --|"
  comm -13 "$folder/in_help" "$folder/in_page" | sed "s|^|$2 has, and --help lacks, --|"
}
fill_in() { # TEMPLATE TABLES
  sed -e "/^@TABLES@\$/{r $2" -e 'd}' "$1"
}
keys_of() { # the keys of tables or of a page
  sed -n 's/^\.It \(Ic\|Cm\) \([a-z_0-9]*\)$/\2/p' "$1" | sort -u
}

echo 1..23
for tool in rnntrain rnnpredict rnneval rnninfo rnnplot; do
  "$BIN/$tool" --help >"$folder/help"
  compare_options "$folder/help" "man/$tool.1" >"$folder/found"
  none "the options of $tool are those of its page"
done
printf '  -z, --zip FILE  made up\n      --zap=[x]  made up\n' >"$folder/help"
printf '.It Fl z , Fl -zip Ar file\n.It Fl -zop\n' >"$folder/page"
[ "$(compare_options "$folder/help" "$folder/page" | wc -l)" -eq 2 ]
ok $? 'an option that is in one of the two is found out'

"$BIN/rnntrain" --print-manual >"$folder/tables"
fill_in man/rnntrain-config.5.in "$folder/tables" >"$folder/page"
diff "$folder/page" man/rnntrain-config.5 >"$folder/found"
none 'man/rnntrain-config.5 is up to date (make man)'
echo '.It Ic made_up' >>"$folder/tables"
fill_in man/rnntrain-config.5.in "$folder/tables" | diff - man/rnntrain-config.5 >"$folder/found"
some 'a page that is out of date is found out'
"$BIN/rnntrain" --print-manual >"$folder/tables"
keys_of "$folder/tables" >"$folder/in_program"
keys_of man/rnntrain-config.5 >"$folder/in_page"
[ "$(wc -l <"$folder/in_program")" -gt 50 ] || echo 'too few keys' >"$folder/in_page"
comm -23 "$folder/in_program" "$folder/in_page" >"$folder/found"
none 'every key of the program is in rnntrain-config(5)'

name='mandoc has nothing to say about the pages'
if command -v mandoc >/dev/null; then
  for page in man/*.[15]; do mandoc -T lint -W warning "$page"; done >"$folder/found" 2>&1
  none "$name"
else
  skip "$name" 'no mandoc'
fi

# ---- the README ----
# Its blocks marked sh are for the reader to run, one after the other.
sh_blocks() {
  awk '/^```/ { inside = !inside && $0 == "```sh"; next } inside' "$1"
}
cp -r configs data README.md "$folder"
ln -s "$BIN" "$folder/bin"
cd "$folder" || exit 1
PATH=$BIN:$PATH
# Every block says what it is, so that no command can stand where nobody runs it.
awk '/^```/ { inside = !inside; if (inside && $0 !~ /^```(sh|console|text|yaml)$/) print FNR ": " $0 }' \
  README.md >found
[ ! -s found ]
ok $? 'the blocks of the README are marked sh, console, text or yaml'
awk '/^```/ { kind = kind == "" ? $0 : ""; next } kind ~ /text|yaml/ && /^\$ /' README.md >found
[ ! -s found ]
ok $? '... and commands are in the first two'
# Left out: what installs packages or builds, which has happened when this runs. A training of minutes
# is run for two epochs.
mkdir path
cat >path/rnntrain <<'END'
#!/bin/sh
case $1 in
configs/reverse.yaml) set -- "$@" train.epochs=2 ;;
esac
exec bin/rnntrain "$@"
END
chmod +x path/rnntrain
{
  echo 'set -e; sudo() { :; }; make() { :; }; set -x'
  sh_blocks README.md
} >commands.sh
[ "$(sh_blocks README.md | wc -l)" -gt 40 ]
ok $? 'the README has commands'
PATH=$PWD/path:$PATH sh commands.sh >out 2>err
code=$?
[ $code -eq 0 ] || tail -n 3 err | sed 's/^/# /'
ok $code 'every command of the README works'

says() { # FILE TEXT: the README shows a line that the tools still print
  grep -qF -e "$2" README.md && grep -qF -e "$2" "$1"
  ok $? "the README and the tools say: $2"
}
says err '  total                                            19009'
says err 'train: rows 1–96, 78 windows'
says err 'inputs: hour, sky, temp (7 features a step); target: rides'
says err 'missing: column "temp", 10 values interpolated'
says out '"status":"finished","epochs":500,"parameters":19009'
[ "$(grep -cx same out)" -eq 2 ]
ok $? 'resumed and generic runs end with the same files'

# Blocks marked console are a session: commands after $, and what they say.
awk '/^```/ { inside = !inside && $0 == "```console"; next } inside' README.md >session
# Not here: what shakespeare.yaml reads is to be fetched, and its training takes half an hour.
# Nor what never ends: tests/cli/stream.t feeds a stream line by line.
# Nor what needs a library that is not here.
passed='shakespeare|tail -n [+]1 -f'
node -e "require('onnxruntime-node')" 2>node.err || passed="$passed|^. node "
awk -v these="$passed" '/^\$ / { passed = $0 ~ these } !passed' session >shown
sed -n 's/^\$ //p' shown | while read -r line; do
  echo "\$ $line"
  sh -c "$line" 2>&1
done >said
[ -s said ] && diff shown said >found
code=$?
sed 's/^/# /' found
ok $code 'the sessions of the README go as they are shown'

# ---- examples in the pages ----
# The first example in rnntrain-config(5) is a whole config.
literal() { # PAGE FIRST LAST: an example by its first and last line
  sed -n "/^$2\$/,/^$3\$/p" "$root/$1"
}
literal man/rnntrain-config.5 'seed: 1' '  history: air.csv' >page.yaml
[ "$(wc -l <page.yaml)" -gt 10 ] && bin/rnntrain --check --quiet page.yaml >page.out 2>&1
code=$?
sed 's/^/# /' page.out
ok $code 'the config in rnntrain-config(5) is right'

name='the Python in rnntrain-checkpoint(5) reads a checkpoint'
if command -v python3 >/dev/null; then
  {
    literal man/rnntrain-checkpoint.5 'import array, gzip, json' 't = .*'
    echo 'print(len(t["lstm/recurrent_kernel"]))'
  } >page.py
  bin/rnntrain --quiet configs/linear-lstm.yaml train.epochs=1 >page.out
  [ "$(python3 page.py)" = 16384 ]
  ok $? "$name"
else
  skip "$name" 'no python3'
fi
