#!/usr/bin/python3
"""One training step of PyTorch on the CPU, timed as rnnbench does: CELL B T I H L SECONDS.

L layers of H units and a dense(1) on the last step, mean squared error, Adam. Prints
torch,CELL,B,T,I,H,L,ms per step,GFLOP/s: the best step, and 6 x the recurrent multiply-adds."""
import sys
import time

import torch

cell, sizes, seconds = sys.argv[1], [int(word) for word in sys.argv[2:7]], float(sys.argv[7])
rows, steps, features, units, layers = sizes
gates = {"lstm": 4, "gru": 3, "simple_rnn": 1}[cell]
kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "simple_rnn": torch.nn.RNN}[cell]
torch.manual_seed(1)
network = kind(features, units, layers, batch_first=True)
head = torch.nn.Linear(units, 1)
adam = torch.optim.Adam(list(network.parameters()) + list(head.parameters()), lr=0.001)
x, y = torch.randn(rows, steps, features), torch.randn(rows, 1)
best, begun, count = float("inf"), time.perf_counter(), 0
while count < 5 or time.perf_counter() - begun < seconds:
    before = time.perf_counter()
    adam.zero_grad()
    torch.nn.functional.mse_loss(head(network(x)[0][:, -1]), y).backward()
    adam.step()
    best = min(best, time.perf_counter() - before)
    count += 1
work = sum(rows * steps * ((units if i else features) + units) * gates * units for i in range(layers))
print(f"torch,{cell},{','.join(map(str, sizes))},{best * 1e3:.4f},{6 * work / best / 1e9:.1f}")
