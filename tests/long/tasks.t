#!/bin/sh
# The configs of the generated tasks reach what they say.
. tests/tap.sh

reaches() { # CONFIG, WHAT MUST NOT BE
  works "$1: not $2" "$BIN/rnntrain" --quiet --fail-if "$2" "$root/configs/$1.yaml"
}

reaches adding 'test_loss>0.002'
reaches temporal-order 'test_accuracy<1'
reaches copy 'test_accuracy<1'
reaches reber 'test_accuracy<1'
reaches mackey-glass 'test_rmse>0.0035'
reaches addition 'val_accuracy<0.98'
done_testing
