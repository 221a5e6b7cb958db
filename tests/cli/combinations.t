#!/bin/sh
# Random configs that are well-formed; see combinations.pl.
BIN=$(cd "${BIN:-bin}" && pwd) exec perl tests/combinations.pl "${COMBINATIONS:-25}" 1
