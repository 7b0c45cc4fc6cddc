"""The peers of AllReduceComparison: float32 sums by PyTorch's gloo over loopback TCP, or by OpenMPI through mpi4py.

usage: allreduce_peers.py gloo WORLD KIB,KIB,...           starts WORLD processes
       mpirun -np WORLD allreduce_peers.py mpi WORLD KIB,... runs as one of them

Prints, from rank 0, one line per size: KiB, then the seconds of one all-reduce in each repetition. A repetition is as
many calls in a row as take about 60 ms, and counts as long as its slowest rank took. The same loop as ours."""
import os
import sys
import time

REPETITIONS = 5
SECONDS = 0.06


def measure(reduce, longest, barrier, kib):
    def run(calls):
        barrier()
        start = time.perf_counter()
        for _ in range(calls):
            reduce()
        return longest((time.perf_counter() - start) / calls)
    calls = int(min(5000, max(3, SECONDS / run(3))))
    run(calls)
    return [run(calls) for _ in range(REPETITIONS)]


def report(kib, seconds):
    print(kib, *(f"{s:.9f}" for s in seconds), flush=True)


def gloo_rank(rank, world, port, sizes):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port), GLOO_SOCKET_IFNAME="lo")
    import torch
    import torch.distributed as dist
    torch.set_num_threads(1)
    dist.init_process_group("gloo", rank=rank, world_size=world)

    def longest(seconds):
        slowest = torch.tensor([seconds], dtype=torch.float64)
        dist.all_reduce(slowest, dist.ReduceOp.MAX)
        return slowest.item()
    for kib in sizes:
        x = torch.full((kib * 256,), 0.5)
        seconds = measure(lambda: dist.all_reduce(x), longest, dist.barrier, kib)
        if rank == 0:
            report(kib, seconds)
    dist.destroy_process_group()


def gloo(world, sizes):
    import multiprocessing
    import socket
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = multiprocessing.get_context("spawn")
    ranks = [context.Process(target=gloo_rank, args=(r, world, port, sizes)) for r in range(world)]
    for rank in ranks:
        rank.start()
    for rank in ranks:
        rank.join()


def mpi(sizes):
    import numpy as np
    from mpi4py import MPI
    comm = MPI.COMM_WORLD
    for kib in sizes:
        x = np.full(kib * 256, 0.5, np.float32)
        y = np.empty_like(x)
        seconds = measure(
            lambda: comm.Allreduce(x, y), lambda s: comm.allreduce(s, op=MPI.MAX), comm.Barrier, kib)
        if comm.Get_rank() == 0:
            report(kib, seconds)


if __name__ == "__main__":
    wanted = [int(kib) for kib in sys.argv[3].split(",")]
    if sys.argv[1] == "gloo":
        gloo(int(sys.argv[2]), wanted)
    else:
        mpi(wanted)
