#!/usr/bin/env python3
"""Writes sales.csv: five shops, 400 days each, with a weekly rhythm and days of advertising.

Advertising sells more today, most of all at the weekend, and a little less the day after."""
import datetime
import math
import random

random.seed(1)
week = [0.8, 0.75, 0.85, 0.9, 1.2, 1.6, 1.3]  # Monday to Sunday
print("date,shop,sales,advertised")
for shop, size in [("north", 40), ("south", 90), ("east", 60), ("west", 150), ("centre", 300)]:
    trend, before = 0.0, 0
    for number in range(400):
        day = datetime.date(2023, 1, 1) + datetime.timedelta(days=number)
        advertised = int(random.random() < 0.15)
        trend = 0.95 * trend + random.gauss(0, 0.03)
        gain = advertised * (0.6 if day.weekday() >= 5 else 0.15) - 0.15 * before
        sales = size * week[day.weekday()] * math.exp(trend + gain + random.gauss(0, 0.06))
        print(f"{day},{shop},{sales:.0f},{advertised}")
        before = advertised
