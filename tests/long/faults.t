#!/bin/sh
# Every allocation fails once, and from then on.
FAULT_STRIDE=1 exec sh tests/fault/faults.t
