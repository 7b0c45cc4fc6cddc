"""The PyTorch side of TrainingThroughput.cs: rows in order, no validation.

Reads a line "widths batch optimizer rows epochs" and answers with one line of seconds (wall) and one of
processor seconds per epoch, until its input ends.
"""
import sys
import time

import torch
from torch import nn



class Transformer(nn.Module):
    """Every feature a token; two blocks, norm first; the mean of the tokens."""

    def __init__(self, tokens, classes, width=32):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(tokens, width) - 0.5)
        self.bias = nn.Parameter(torch.rand(tokens, width) - 0.5)
        self.blocks = nn.Sequential(*[nn.TransformerEncoderLayer(
            width, 4, 64, dropout=0, activation="gelu", batch_first=True, norm_first=True) for _ in range(2)])
        self.norm, self.last = nn.LayerNorm(width), nn.Linear(width, classes)

    def forward(self, x):
        return self.last(self.norm(self.blocks(x.unsqueeze(-1) * self.weight + self.bias)).mean(1))


torch.set_num_threads(int(sys.argv[1]))
print(torch.__version__, flush=True)
for line in sys.stdin:
    widths, batch, kind, rows, epochs = line.split()
    batch, rows, epochs = int(batch), int(rows), int(epochs)
    torch.manual_seed(0)
    if widths == "lenet5":
        net = nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(),
                            nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84),
                            nn.ReLU(), nn.Linear(84, 10))
        x, y = torch.rand(rows, 1, 28, 28), torch.randint(0, 10, (rows,))
    elif widths == "transformer":
        net, x, y = Transformer(64, 10), torch.rand(rows, 64), torch.randint(0, 10, (rows,))
    else:
        dims = [int(w) for w in widths.split("-")]
        layers = []
        for a, b in zip(dims, dims[1:]):
            layers += [nn.Linear(a, b), nn.ReLU()]
        net = nn.Sequential(*layers[:-1])
        x, y = torch.rand(rows, dims[0]), torch.randint(0, dims[-1], (rows,))
    optimizer = (torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9) if kind == "Sgd"
                 else torch.optim.Adam(net.parameters(), lr=0.001))
    loss = nn.CrossEntropyLoss()
    wall, cpu = [], []
    for _ in range(epochs):
        started, busy = time.perf_counter(), time.process_time()
        for i in range(0, rows, batch):
            optimizer.zero_grad()
            loss(net(x[i:i + batch]), y[i:i + batch]).backward()
            optimizer.step()
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - busy)
    print(*wall)
    print(*cpu, flush=True)
