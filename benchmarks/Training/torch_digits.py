"""The PyTorch side of DigitsBenchmark.cs: prints processor seconds and epochs until 97% of the held-out digits are read."""
import csv
import gzip
import sys
import time

import torch

torch.set_num_threads(1)
seed = int(sys.argv[2])
torch.manual_seed(seed)
with gzip.open(sys.argv[1], "rt") as file:
    rows = list(csv.reader(file))
target = rows[0].index("digit")
y = torch.tensor([int(row[target]) for row in rows[1:]])
x = torch.tensor([[float(v) for i, v in enumerate(row) if i != target] for row in rows[1:]]) / 16
train = []
for digit in range(10):                              # every digit in its proportion, as the other side does
    rows_of = torch.nonzero(y == digit).flatten()
    rows_of = rows_of[torch.randperm(len(rows_of))]
    train.append(rows_of[:round(0.8 * len(rows_of))])
train = torch.cat(train)
held = torch.ones(len(y), dtype=torch.bool)
held[train] = False
xa, ya, xb, yb = x[train], y[train], x[held], y[held]
net = torch.nn.Sequential(torch.nn.Linear(64, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
loss = torch.nn.CrossEntropyLoss()
net(xa[:4])
started = time.process_time()
for epoch in range(1, 201):
    order = torch.randperm(len(xa))
    for i in range(0, len(xa), 32):
        j = order[i:i + 32]
        optimizer.zero_grad()
        loss(net(xa[j]), ya[j]).backward()
        optimizer.step()
    with torch.no_grad():
        accuracy = (net(xb).argmax(1) == yb).float().mean().item()
    if accuracy >= 0.97:
        break
print(time.process_time() - started, epoch)
