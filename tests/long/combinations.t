#!/bin/sh
# Very many random configs.
COMBINATIONS=2000 exec sh tests/cli/combinations.t
