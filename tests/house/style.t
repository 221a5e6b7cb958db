#!/bin/sh
# The house's measures: sizes of files and functions, words and calls that do not belong.
folder=$(mktemp -d "${TMPDIR:-/tmp}/style.XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT

n=0
none() { # NAME: what is in $folder/found are the violations
  n=$((n + 1))
  if [ -s "$folder/found" ]; then
    echo "not ok $n - $1"
    sed 's/^/# /' "$folder/found"
  else
    echo "ok $n - $1"
  fi
}
some() { # NAME: the made-up violation must be found
  n=$((n + 1))
  if [ -s "$folder/found" ]; then echo "ok $n - $1"; else echo "not ok $n - $1"; fi
}

sources() { # ROOT
  find "$1" -name '*.[ch]' | sort
}
long_files() {
  sources "$1" | while read -r file; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 500 ] || echo "$file has $lines lines"
  done
}
# Code is laid out by clang-format: a function ends at the first brace in column 0 and starts after
# the last line before it that ends a declaration or is blank or a comment.
functions() {
  sources "$1" | xargs awk '
    FNR == 1 { start = 0 }
    /^[A-Za-z_].*\{$/ && !/^(struct|enum|union|typedef|static const|const)[^(]*\{$/ { start = from ? from : FNR }
    /^[A-Za-z_]/ && !/[;{}]$/ { if (!from) from = FNR }
    /^ .*\) \{$/ && from && !start { start = from }
    /^\}/ {
      if (start) print FNR - start + 1, FILENAME ":" start
      start = 0; from = 0
    }
    /;$/ || /^$/ { from = 0 }'
}
long_functions() {
  functions "$1" | awk '$1 > 80 { print $2 ": function of " $1 " lines" }'
}
words() { # ROOT PATTERN
  sources "$1" | xargs grep -nE "$2"
}

echo 1..13
mkdir "$folder/bad"
{
  echo '/* a file that breaks every rule */'
  echo 'static int much_too_long(int a,'
  echo '                         int b) {'
  yes '    a += b;' | head -n 500
  echo '    return atoi("1"); // TODO'
  echo '    /home/somebody/project'
  echo '}'
} >"$folder/bad/bad.c"

long_files src >"$folder/found"
none 'no file has more than 500 lines'
long_files "$folder/bad" >"$folder/found"
some '... and one that had would be seen'

long_functions src >"$folder/found"
none 'no function has more than 80 lines'
long_functions "$folder/bad" >"$folder/found"
some '... and one that had would be seen'

functions src | awk '{ print $1 }' | sort -n | awk '
  { line[NR] = $1 }
  END {
    if (NR < 300) print "only " NR " functions were found"
    if (line[int((NR + 1) / 2)] >= 15) print "the median function has " line[int((NR + 1) / 2)] " lines"
    if (line[int(NR * 0.9)] >= 45) print "one in ten functions has " line[int(NR * 0.9)] " lines or more"
  }' >"$folder/found"
none 'functions: the median is under 15 lines, nine in ten are under 45'

words src '\b(TODO|FIXME|XXX|HACK)\b' >"$folder/found"
none 'nothing is left to be done in a comment'
words "$folder/bad" '\b(TODO|FIXME|XXX|HACK)\b' >"$folder/found"
some '... and it would be seen'

words src '\b(atoi|atol|atof|strtok|sprintf|vsprintf|strcpy|strcat|gets|alloca)[[:space:]]*\(' >"$folder/found"
none 'no call that cannot be used safely'
words "$folder/bad" '\b(atoi|atol|atof|strtok|sprintf|vsprintf|strcpy|strcat|gets|alloca)[[:space:]]*\(' >"$folder/found"
some '... and one would be seen'

machine='(^|[^A-Za-z0-9_.])/(home|work|root|Users|mnt)/'
words src "$machine" >"$folder/found"
none 'no path of somebody'\''s machine'
words "$folder/bad" "$machine" >"$folder/found"
some '... and one would be seen'

words src '\b(exit|abort|_exit)[[:space:]]*\(' | grep -v '^src/tools/rnn' >"$folder/found"
none 'only main ends the program'

find src -name '*.h' | while read -r file; do
  head -n 1 "$file" | grep -q "^/\* $(basename "$file") - " || echo "$file"
done >"$folder/found"
none 'every header opens with its name and purpose'
