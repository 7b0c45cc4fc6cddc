"""scikit-learn's Lloyd iterations on request: reads the rows of the first centres, answers with
seconds per iteration and the cost."""

import sys
import time

import numpy
import sklearn
from sklearn.cluster import KMeans

file, features, clusters, iterations = sys.argv[1], *map(int, sys.argv[2:])
x = numpy.fromfile(file, dtype=numpy.float32).reshape(-1, features)
print(f"scikit-learn {sklearn.__version__}", flush=True)


def fit(start, steps):
    model = KMeans(clusters, init=start, n_init=1, max_iter=steps, tol=0, algorithm="lloyd", copy_x=False)
    begin = time.perf_counter()
    model.fit(x)
    return time.perf_counter() - begin, model


for line in sys.stdin:
    start = x[[int(row) for row in line.split()]].copy()
    fit(start, 1)  # the first call wakes the threads
    once, _ = fit(start, 1)
    all_of_them, model = fit(start, iterations)
    # One iteration is taken off on both sides: checks and norms are not iterations.
    print((all_of_them - once) / (model.n_iter_ - 1), f"{model.inertia_:.0f}", flush=True)
