#!/bin/sh
# What a run shows while it runs: a bar on a terminal, as wide as that is now; lines elsewhere.
. tests/tap.sh
train=$BIN/rnntrain
unset CI NO_COLOR
cat >c.yaml <<'YAML'
data: {generate: {task: sine, samples: 300, window: 10, noise: 0.1}, scale: standard, validation: 0.2}
model: {layers: [lstm: 4, dense: 1]}
train: {epochs: 1000000, max_time: 0.6s}
YAML
bars() { # FILE: each drawing of the bar, without what steers the terminal
  tr '\r' '\n' <"$1" | sed -n 's/\x1b\[[JK]//g; /^ *\(epoch *\)\{0,1\}[0-9]*\/[0-9]/p'
}
wait_for() { # COMMAND...: until it succeeds, at most 20 seconds
  tries=0
  until "$@" >/dev/null 2>&1 || [ $tries -ge 100 ]; do
    tries=$((tries + 1))
    sleep 0.2
  done
}

# ---- no terminal -----------------------------------------------------------------------------
run "$train" c.yaml train.epochs=3
is 'in a file: a line for each epoch, whole, in ASCII, that steers nothing' '3 0' \
  "$(grep -c '^epoch [1-3]/3  loss [0-9.]*  rmse [0-9.]*  val_loss [0-9.]*  val_rmse [0-9.]*  .* samples/s' err) $(grep '^epoch' err | grep -c "[^ -~]")"
mkfifo pipe
"$train" c.yaml >out 2>pipe &
child=$!
first=$(sed -n '/^epoch 1\//{p;q;}' <pipe)
kill -0 "$child" 2>/dev/null
is '... flushed: the first is read while the run goes on' '0 epoch 1/1000000' "$? ${first%%  *}"
wait "$child"
run "$train" --progress=always c.yaml
bars err | grep -q '^epoch  *[0-9]*/1000000  \[[=> ]*\]  loss .* left'
ok $? '--progress=always: a bar, wherever it goes'
grep -q "$(printf '\033')" err
is '... without escape sequences, which a file has no use for' 1 $?
run env COLUMNS=40 "$train" --progress=always c.yaml train.max_time=0.4s
is '... as wide as COLUMNS says' '' "$(bars err | grep '.\{40\}' | grep -v rmse)"

# ---- a terminal ------------------------------------------------------------------------------
if ! script --version 2>/dev/null | grep -q util-linux; then
  skip 'a bar on a terminal' 'no script of util-linux'
  done_testing
  exit
fi
on_terminal() { # COLUMNS COMMAND: what it wrote there is in the file raw
  TERM=${term-xterm} script -qec "stty cols $1 rows 24; echo \$\$ >pid; tty >tty; exec $2" /dev/null \
    </dev/null >raw 2>script.err
}
for terminal in 20-C.UTF-8 40-C.UTF-8 80-C 140-C.UTF-8; do
  columns=${terminal%%-*} locale=${terminal#*-}
  on_terminal "$columns" "env LC_ALL=$locale $train c.yaml 2>&1 >out"
  perl "$root/tests/screen.pl" "$columns" <raw >screen
  ok $? "$columns columns, $locale: no line is wider"
  is '... one line is left of the bar, of the last epoch' 1 \
    "$(sed '1,/^outputs/d; /^stopped/,$d' screen | grep -c .)"
done
bars raw | LC_ALL=C grep -q '[^ -~]'
ok $? 'there are other characters than those of ASCII'
on_terminal 140 "env LC_ALL=C $train c.yaml 2>&1 >out"
bars raw | LC_ALL=C grep -q '[^ -~]'
is '... but not in another locale' 1 $?
on_terminal 140 "env LC_ALL=C.UTF-8 $train c.yaml 2>&1 >out"
cp raw wide
# shellcheck disable=SC2016 # $ is the last line
last=$(bars wide | sed -n '$!h; ${g;p;}')
for piece in 'epoch  *[0-9]*/1000000 ' '─────' 'loss [0-9.]*' 'val_loss [0-9.]*' \
  'best [0-9]*' '[0-9.]*[kM]\{0,1\} samples/s' '[▁▂▃▄▅▆▇█]\{8,\}' '[0-9.]* s left'; do
  echo "$last" | LC_ALL=C.UTF-8 grep -q "  *$piece\|^$piece"
  ok $? "in 140 columns there is: $piece"
done
# The time left is that of max_time, not that of a million epochs.
is '... of the time that max_time leaves' '' "$(bars wide | grep ' h left')"

# ---- the figures are the history's -----------------------------------------------------------
on_terminal 120 "env LC_ALL=C $train c.yaml train.epochs=100000 2>&1 >out"
bars raw | sed -n 's/.*  val_loss \([0-9.e+-]*\)  *best \([0-9]*\): \([0-9.e+-]*\) .*/\1 \2 \3/p' |
  sed -n '$p' >shown
perl -F, -lane '
  BEGIN { open my $in, "<", "shown"; ($val, $at, $best) = split " ", <$in>; $least = 9e9 }
  next if $. == 1;
  $found = 1 if sprintf("%.4g", $F[3]) == $val;
  $least = $F[3] if $F[0] <= $at && $F[3] < $least;
  $is = $F[3] if $F[0] == $at;
  END { print join " ", $found // 0, sprintf("%.4g", $is) == $best ? 1 : 0, $is == $least ? 1 : 0 }
' history.csv >found
is 'val_loss and the best epoch are those of history.csv' '1 1 1' "$(cat found)"

# ---- who wants none --------------------------------------------------------------------------
quiet_terminal() { # NAME COMMAND: lines instead of a bar
  on_terminal 80 "$2 $train c.yaml train.epochs=3 2>&1 >out"
  is "$1" '3 0' "$(grep -c '^epoch [123]/3  loss' raw) $(grep -c "$(printf '\033')" raw)"
}
term=dumb quiet_terminal 'TERM=dumb has lines' env
quiet_terminal 'CI has lines' 'env CI=true'
term=dumb
on_terminal 60 "$train --progress=always c.yaml 2>&1 >out"
unset term
perl "$root/tests/screen.pl" 60 <raw >screen
is 'TERM=dumb with --progress=always: a bar of blanks and carriage returns' '0 0 1' \
  "$? $(grep -c "$(printf '\033')" raw) $(sed '1,/^outputs/d; /^stopped/,$d' screen | grep -c .)"
on_terminal 80 "env NO_COLOR=1 $train c.yaml 2>&1 >out"
is 'NO_COLOR: no colours' 0 "$(grep -c "$(printf '\033')\[[0-9;]*m" raw)"

# ---- a terminal that is resized --------------------------------------------------------------
on_terminal 120 "$train c.yaml train.max_time=30s 2>&1 >out" &
# shellcheck disable=SC2016 # $1 is that of the inner shell
wait_for sh -c 'tr "\r" "\n" <raw | grep -q "^epoch .*best.* left"'
stty -F "$(cat tty)" cols 40
bytes=$(wc -c <raw)
# shellcheck disable=SC2016
wait_for sh -c '[ $(wc -c <raw) -gt $(($1 + 400)) ]' sh "$bytes"
kill -INT "$(cat pid)"
wait $!
is 'SIGINT under a bar: the exit code' 130 $?
bars raw | grep -q '.\{80\}'
ok $? 'resized: wide before'
is '... narrow after' '' "$(bars raw | tail -n 2 | grep '.\{40\}')"
is 'the cursor and the modes of the terminal are not touched' 0 "$(grep -c "$(printf '\033')\[?" raw)"
perl "$root/tests/screen.pl" 200 <raw >screen
is '... and the bar has gone' 1 "$(sed '1,/^outputs/d; /^stopped/,$d' screen | grep -c .)"

# A terminal that breaks a long line anew when it is made narrower: nothing of the old bar stays.
if command -v tmux >/dev/null; then
  pane() { LC_ALL=C.UTF-8 tmux -u -S "$work/socket" -f /dev/null "$@"; }
  shown() { # what stands in the pane below the report
    pane capture-pane -pJ -t run | sed '1,/^outputs/d; s/ *$//' | grep .
  }
  one_of() { # COLUMNS: one line, not wider than that
    [ "$(shown | wc -l)" -eq 1 ] && [ "$(shown | LC_ALL=C.UTF-8 wc -L)" -lt "$1" ] &&
      shown | grep -q '[0-9]/1000000'
  }
  pane new-session -d -s run -x 120 -y 24 \
    "echo \$\$ >pid; LC_ALL=C.UTF-8 exec $train c.yaml train.max_time=60s >out"
  pane new-window -d "sleep 60"
  wait_for one_of 120
  for columns in 40 100 20; do
    pane resize-window -t run -x $columns -y 24
    wait_for one_of $columns
    one_of $columns
    code=$?
    [ $code -eq 0 ] || shown | sed 's/^/# /'
    ok $code "a pane resized to $columns columns: one line"
  done
  pane kill-server
  # shellcheck disable=SC2016
  wait_for sh -c '! kill -0 $(cat pid)'
else
  skip 'a pane resized' 'no tmux'
fi
done_testing
