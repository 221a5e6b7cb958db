#!/usr/bin/env python3
"""Writes machine.csv: 90 shifts of a machine, its load at each step and what it was doing.

It works, pauses or is jammed, for 3 to 12 steps each. Paused or jammed it stands still alike; but
after a jam the first step of work takes a jolt, and before one the load mostly rises a little."""
import random

random.seed(1)
print("shift,load,state")
for shift in range(1, 91):
    rows, jammed = [], False
    length = random.randint(30, 60)
    while len(rows) < length:
        work = [1 + random.gauss(0, 0.25) for _ in range(random.randint(3, 12))]
        if jammed:
            work[0] += 1
        jammed = random.random() < 0.4
        if jammed and random.random() < 0.7:
            work[-2:] = [load + 0.5 for load in work[-2:]]
        rows += [(load, "work") for load in work]
        for _ in range(random.randint(3, 12)):
            rows.append((0.2 + random.gauss(0, 0.25), "jam" if jammed else "pause"))
    for load, state in rows[:length]:
        print(f"{shift},{load:.2f},{state}")
