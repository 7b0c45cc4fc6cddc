"""Two processes of DistributedDataParallel over gloo: the peer of RanksBenchmark.cs, rows in order, no validation.

Reads a line "widths batch optimizer rows epochs", batch and rows over both processes, and answers with one line of
seconds (wall) and one of processor seconds (of this process) per epoch, until its input ends.
"""
import os
import socket
import subprocess
import sys
import time

import torch
import torch.distributed as dist
from torch import nn

WORLD = 2


def train(rank, widths, batch, rows, epochs):
    torch.manual_seed(0)
    dims = [int(w) for w in widths.split("-")]
    layers = []
    for a, b in zip(dims, dims[1:]):
        layers += [nn.Linear(a, b), nn.ReLU()]
    net = nn.parallel.DistributedDataParallel(nn.Sequential(*layers[:-1]))
    x, y = torch.rand(rows // WORLD, dims[0]), torch.randint(0, dims[-1], (rows // WORLD,))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
    loss = nn.CrossEntropyLoss()
    part = batch // WORLD
    wall, cpu = [], []
    for _ in range(epochs + 1):
        dist.barrier()
        started, busy = time.perf_counter(), time.process_time()
        for i in range(0, rows // WORLD, part):
            optimizer.zero_grad()
            loss(net(x[i:i + part]), y[i:i + part]).backward()
            optimizer.step()
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - busy)
    return wall[1:], cpu[1:]        # the first makes the buckets


def main():
    torch.set_num_threads(int(sys.argv[1]))
    rank = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    other = None
    if rank == 0:
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        other = subprocess.Popen([sys.executable, __file__, sys.argv[1], "1", str(port)], stdin=subprocess.PIPE,
                                 text=True)
    else:
        port = int(sys.argv[3])
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port), GLOO_SOCKET_IFNAME="lo")
    dist.init_process_group("gloo", rank=rank, world_size=WORLD)
    if rank == 0:
        print(torch.__version__, flush=True)
    for line in sys.stdin:
        if other:
            other.stdin.write(line)
            other.stdin.flush()
        widths, batch, _, rows, epochs = line.split()
        wall, cpu = train(rank, widths, int(batch), int(rows), int(epochs))
        if rank == 0:
            print(*wall)
            print(*cpu, flush=True)
    if other:
        other.stdin.close()
        other.wait()


main()
