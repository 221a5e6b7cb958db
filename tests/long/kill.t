#!/bin/sh
# Two thousand kills.
KILLS=2000 exec sh tests/fault/kill.t
