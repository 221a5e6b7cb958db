#!/usr/bin/python3
"""Predictions of a window model by PyTorch on the CPU: FILE.csv WINDOW UNITS LIMIT.

One column is read, scaled, cut into windows of WINDOW steps, taken through an LSTM of UNITS and a
dense(1), and the outputs are written as CSV to standard output. Every batch size and number of
threads is tried on the first LIMIT windows, and all windows then run with the best. To standard
error goes torch,WINDOW,UNITS,BATCH,THREADS,seconds of the forward passes,seconds in all."""
import itertools
import os
import sys
import time

import numpy
import torch

path, window, units, limit = sys.argv[1], *(int(word) for word in sys.argv[2:5])
torch.manual_seed(1)
network = torch.nn.LSTM(1, units, 1, batch_first=True).eval()
head = torch.nn.Linear(units, 1).eval()


def forward(windows, batch):
    with torch.no_grad():
        return torch.cat([head(network(part)[0][:, -1]) for part in windows.split(batch)])


def seconds_of(windows, batch, threads):
    torch.set_num_threads(threads)
    begun = time.perf_counter()
    outputs = forward(windows, batch)
    return time.perf_counter() - begun, outputs


def read():
    column = numpy.loadtxt(path, skiprows=1, dtype=numpy.float32)
    column = (column - column.mean()) / column.std()
    return torch.from_numpy(column).unfold(0, window, 1).unsqueeze(2)


tried = read()[:limit]
seconds_of(tried, 256, 1)
settings = itertools.product((16, 32, 64, 128, 256, 512, 1024, 4096), range(1, len(os.sched_getaffinity(0)) + 1))
batch, threads = min(settings, key=lambda setting: min(seconds_of(tried, *setting)[0] for _ in range(2)))
begun = time.perf_counter()
passes, outputs = seconds_of(read(), batch, threads)
numpy.savetxt(sys.stdout, outputs.numpy(), fmt="%.9g", header="x", comments="")
sys.stdout.flush()
print(f"torch,{window},{units},{batch},{threads},{passes:.3f},{time.perf_counter() - begun:.3f}", file=sys.stderr)
