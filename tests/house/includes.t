#!/bin/sh
# A file of src/ includes only headers of its own room or of rooms below it.
folder=$(mktemp -d "${TMPDIR:-/tmp}/includes.XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT

n=0
ok() { # STATUS NAME
  n=$((n + 1))
  if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

# shellcheck disable=SC2016 # $0 is awk's
# violations ROOT: a line for each include that breaks the order.
violations() {
  (cd "$1" && find src -name '*.[ch]' | sort | xargs awk '
    BEGIN {
      count = split("base kernels layers model data files run tools", order, " ")
      for (i = 1; i <= count; i++) level[order[i]] = i
    }
    /^[ \t]*#[ \t]*include[ \t]*"/ {
      split(FILENAME, part, "/")
      header = $0
      sub(/^[^"]*"/, "", header)
      sub(/".*/, "", header)
      split(header, to, "/")
      where = FILENAME ":" FNR ": "
      if (!(part[2] in level))
        print where "room \047" part[2] "\047 is not one of the house"
      else if (!(to[1] in level) || header !~ /\//)
        print where "\"" header "\" does not begin with a room"
      else if (level[to[1]] > level[part[2]])
        print where part[2] " is below " to[1] ", but includes " header
    }')
}

# refuses NAME FILE TEXT: a made-up file with that text is found out.
refuses() {
  rm -rf "$folder/src"
  mkdir -p "$folder/src/$(dirname "$2")"
  printf '%s\n' "$3" >"$folder/src/$2"
  [ "$(violations "$folder" | wc -l)" -eq 1 ]
  ok $? "$1"
}
accepts() {
  rm -rf "$folder/src"
  mkdir -p "$folder/src/$(dirname "$2")"
  printf '%s\n' "$3" >"$folder/src/$2"
  [ -z "$(violations "$folder")" ]
  ok $? "$1"
}

echo 1..9
violations . >"$folder/found"
sed 's/^/# /' "$folder/found"
[ ! -s "$folder/found" ]
ok $? 'every include of src/ goes sideways or down'

refuses 'base includes nothing of kernels' base/made_up.c '#include "kernels/kernels.h"'
refuses 'layers include nothing of model' layers/made_up.h '#include "model/model.h"'
refuses 'files include nothing of run, also with blanks' files/made_up.c '  #  include  "run/train.h"'
refuses 'a header without its room is refused' tools/made_up.c '#include "cli.h"'
refuses 'an unknown room is refused' cellar/made_up.c '#include "base/error.h"'
accepts 'data may use model/batch.h, which is below it' data/made_up.c '#include "model/batch.h"'
accepts 'tools may use everything' tools/made_up.c '#include "base/error.h"
#include "run/train.h"
#include "tools/cli.h"'
accepts 'system headers are free' base/made_up.c '#include <yaml.h>'
