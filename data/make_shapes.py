#!/usr/bin/env python3
"""Writes shapes.csv: 150 noisy waves of 12 to 24 steps, each a sine, a square or a sawtooth."""
import math
import random

random.seed(1)
wave = {
    "sine": lambda turn: math.sin(2 * math.pi * turn),
    "square": lambda turn: 1.0 if turn % 1 < 0.5 else -1.0,
    "sawtooth": lambda turn: 2 * (turn % 1) - 1,
}
print("id,value,shape")
for number in range(1, 151):
    shape = random.choice(sorted(wave))
    period, start = random.uniform(6, 10), random.random()
    for step in range(random.randint(12, 24)):
        value = wave[shape](start + step / period) + random.gauss(0, 0.15)
        print(f"{number},{value:.3f},{shape}")
