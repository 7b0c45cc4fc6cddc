"""The graphs of GraphBenchmark on Dask's schedulers: one JSON line each, empty tasks, microseconds per task.

usage: dask_peer.py [threaded] [distributed] [--large]
  threaded     dask.threaded.get with two threads
  distributed  LocalCluster of two worker processes, one thread each, worker-saturation inf (its fastest setting)
  --large      also 100,000 tasks (distributed: independent tasks only, the others take too long)
"""
import json
import sys
import time

import dask
import dask.threaded


def noop(*args):
    return None


def independent(n):
    d = {f"t-{i}": (noop, i) for i in range(n)}
    return d, list(d)


def chain(n):
    d = {"c-0": (noop, 0)}
    for i in range(1, n):
        d[f"c-{i}"] = (noop, f"c-{i - 1}")
    return d, [f"c-{n - 1}"]


def tree(leaves):
    d = {f"r0-{i}": (noop, i) for i in range(leaves)}
    level, width = 0, leaves
    while width > 1:
        for i in range(width // 2):
            d[f"r{level + 1}-{i}"] = (noop, f"r{level}-{2 * i}", f"r{level}-{2 * i + 1}")
        level, width = level + 1, width // 2
    return d, [f"r{level}-0"]


def stencil(layers, width):
    d = {f"s0-{i}": (noop, i) for i in range(width)}
    for t in range(1, layers):
        for i in range(width):
            d[f"s{t}-{i}"] = (noop, *[f"s{t - 1}-{j}" for j in (i - 1, i, i + 1) if 0 <= j < width])
    return d, [f"s{layers - 1}-{i}" for i in range(width)]


SMALL = [("independent", independent, (10_000,)), ("chain_10k", chain, (10_000,)), ("tree_2^13", tree, (1 << 13,)),
         ("stencil_100x100", stencil, (100, 100))]
LARGE = [("independent_100k", independent, (100_000,)), ("chain_100k", chain, (100_000,)), ("tree_2^15", tree, (1 << 15,)),
         ("stencil_1000x100", stencil, (1000, 100))]


def measure(peer, get, shapes, reps):
    for name, build, size in shapes:
        dsk, keys = build(*size)
        seconds = []
        for _ in range(reps):
            start = time.perf_counter()
            get(dsk, keys)
            seconds.append(time.perf_counter() - start)
        seconds.sort()
        per_task = [s / len(dsk) * 1e6 for s in seconds]
        print(json.dumps({"bench": "A.taskgraph." + name, "peer": peer, "version": dask.__version__,
                          "params": {"tasks": len(dsk), "min": per_task[0], "max": per_task[-1], "reps": reps},
                          "value": per_task[reps // 2], "unit": "us/task"}), flush=True)


def main(args):
    large = "--large" in args
    if "threaded" in args:
        measure("dask.threaded", lambda d, k: dask.threaded.get(d, k, num_workers=2), SMALL, 3)
        if large:
            measure("dask.threaded", lambda d, k: dask.threaded.get(d, k, num_workers=2), LARGE, 1)
    if "distributed" in args:
        import distributed
        dask.config.set({"distributed.scheduler.worker-saturation": float("inf")})
        with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, \
                distributed.Client(cluster) as client:
            client.get({"warm": (noop, 0)}, ["warm"])
            measure("dask.distributed.2proc", lambda d, k: client.get(d, k), SMALL, 1)
            if large:
                measure("dask.distributed.2proc", lambda d, k: client.get(d, k), LARGE[:1], 1)


if __name__ == "__main__":
    main(sys.argv[1:])
