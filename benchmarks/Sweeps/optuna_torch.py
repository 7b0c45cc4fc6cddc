"""The peer of SweepBenchmark.cs: Optuna's TPE with the median pruner over a PyTorch network, the space and budget of tune.yaml.

usage: optuna_torch.py CSV_GZ SEED. Prints one JSON line: seconds of the search alone, best value, epochs run, trials pruned.
"""
import csv
import gzip
import json
import sys
import time
import warnings

import numpy as np
import optuna
import torch
from sklearn.model_selection import train_test_split
from torch import nn

EPOCHS = 20


def load(path):
    with gzip.open(path, "rt") as f:
        rows = list(csv.reader(f))[1:]
    table = np.array(rows, dtype=np.float32)
    x, y = table[:, :-1], table[:, -1].astype(np.int64)
    xa, xb, ya, yb = train_test_split(x, y, test_size=0.25, random_state=0, stratify=y)
    mean, deviation = xa.mean(0), xa.std(0)
    deviation[deviation == 0] = 1
    return tuple(torch.from_numpy(np.ascontiguousarray(a)) for a in ((xa - mean) / deviation, (xb - mean) / deviation, ya, yb))


def objective(trial, data, counts):
    xa, xb, ya, yb = data
    layers, width = [], 64
    depth = trial.suggest_int("layers", 1, 2)
    units = trial.suggest_int("width", 16, 256, log=True)
    drop = trial.suggest_float("dropout", 0.0, 0.5)
    for _ in range(depth):
        layers += [nn.Linear(width, units), nn.ReLU(), nn.Dropout(drop)]
        width = units
    net = nn.Sequential(*layers, nn.Linear(width, 10))
    rate = trial.suggest_float("lr", 1e-4, 1e-1, log=True)
    batch = trial.suggest_categorical("batch", [16, 32, 64, 128])
    decay = trial.suggest_float("weightDecay", 1e-6, 1e-2, log=True)
    optimizer = torch.optim.Adam(net.parameters(), lr=rate, weight_decay=decay)
    loss_of = nn.CrossEntropyLoss()
    accuracy = 0.0
    for epoch in range(EPOCHS):
        net.train()
        order = torch.randperm(len(xa))
        for i in range(0, len(xa), batch):
            j = order[i:i + batch]
            optimizer.zero_grad()
            loss_of(net(xa[j]), ya[j]).backward()
            optimizer.step()
        net.eval()
        with torch.no_grad():
            out = net(xb)
            loss_of(out, yb).item()
            accuracy = (out.argmax(1) == yb).float().mean().item()
        counts["epochs"] += 1
        trial.report(accuracy, epoch)
        if trial.should_prune():
            raise optuna.TrialPruned()
    return accuracy


def main(path, seed):
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    data, counts = load(path), {"epochs": 0}
    study = optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=seed, multivariate=True),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=3))
    started = time.perf_counter()
    study.optimize(lambda trial: objective(trial, data, counts), n_trials=50)
    print(json.dumps({
        "search_s": time.perf_counter() - started, "best": study.best_value, "epochs": counts["epochs"],
        "pruned": sum(t.state == optuna.trial.TrialState.PRUNED for t in study.trials),
        "version": f"optuna {optuna.__version__}, torch {torch.__version__}"}))


main(sys.argv[1], int(sys.argv[2]))
