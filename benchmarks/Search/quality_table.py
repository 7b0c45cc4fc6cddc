#!/usr/bin/env python3
"""Our samplers beside the stored peers of the search-quality suite.

    PYTHONPATH=SUITE python3 quality_table.py RESULTS.jsonl.gz...      (numpy and scipy are needed)

The figure of a problem is the suite's: normalised regret (0 the optimum, 1 random search), median over seeds, mean
for tables; a group's is the geometric mean over its problems, floored at 0.01.
"""
import glob
import math
import os
import sys

import numpy as np
from scipy.stats import wilcoxon

import funcs
import summarize
from funcs import CHECKPOINTS

GOAL = 0.6  # of the best peer's regret after 200 evaluations
FLOOR = summarize.FLOOR
OURS = "tunegraph:"


def figures(runs):
    """optimizer -> (problem, evaluations) -> normalised regret, None where runs are shorter."""
    out = {}
    for pid, by in summarize.search_runs(runs).items():
        for optimizer, seeds in by.items():
            for n in CHECKPOINTS:
                regrets = [summarize.regret(run, n) for run in seeds.values()]
                out.setdefault(optimizer, {})[pid, n] = None if None in regrets else summarize.center(pid, regrets)
    return out


def group_regret(of, pids, n):
    values = [of.get((pid, n)) for pid in pids]
    return None if None in values else summarize.gmean(values)


def is_peer(optimizer):
    return not optimizer.startswith(OURS)


def by_group(of, groups, ours):
    print("## Regret by group, ours beside the best peer's\n")
    rows = []
    for group, pids in groups.items():
        for n in CHECKPOINTS:
            cells = [group_regret(of[o], pids, n) for o in ours]
            if not any(cells):
                continue
            peers = {o: group_regret(of[o], pids, n) for o in of if is_peer(o)}
            peers = {o: v for o, v in peers.items() if v is not None}
            if not peers:
                continue
            best = min(peers, key=peers.get)
            goal = max(FLOOR, GOAL * peers[best]) if n == 200 else peers[best]
            marks = ["" if c is None or c > goal else " *" for c in cells]
            rows.append([group, n] + [summarize.fmt(c) + m for c, m in zip(cells, marks)]
                        + [summarize.fmt(peers[best]), best, summarize.fmt(peers.get("optuna5:tpe")),
                           summarize.fmt(peers.get("optuna5:gp"))])
    summarize.table(rows, ["group", "evaluations"] + ours + ["best peer", "which", "optuna5:tpe", "optuna5:gp"])
    print("* no worse than the best peer; after 200 evaluations: at most %g of it, or %g.\n" % (GOAL, FLOOR))


def mean_ranks(of, pids, ours):
    print("## Mean ranks (1 is best) on the problems that all of a row's samplers have\n")
    rows = []
    for n in CHECKPOINTS:
        has = {o: {pid for pid in pids if of[o].get((pid, n)) is not None} for o in of}
        row = [o for o in of if o.split(":")[0] in ("optuna5", "tunegraph") and "@" not in o
               and len(has[o]) >= 0.8 * len(pids)]
        common = [pid for pid in pids if all(pid in has[o] for o in row)]
        if len(row) < 2 or not common:
            continue
        ranks = np.mean([summarize.rank([of[o][pid, n] for o in row]) for pid in common], 0)
        rows.append([n, len(common), "  ".join("%s %.2f" % (row[k], ranks[k]) for k in np.argsort(ranks))])
    summarize.table(rows, ["evaluations", "problems", "mean ranks"])


def duels(of, pids, ours):
    print("## Against each of Optuna's samplers, on the problems of both (Wilcoxon over problems, two-sided)\n")
    rows = []
    for a in ours:
        for b in sorted(o for o in of if o.startswith("optuna5:")):
            for n in CHECKPOINTS:
                pairs = [(of[a][pid, n], of[b][pid, n]) for pid in pids
                         if of[a].get((pid, n)) is not None and of[b].get((pid, n)) is not None]
                if not pairs:
                    continue
                logs = [math.log(max(x, FLOOR) / max(y, FLOOR)) for x, y in pairs]
                moved = [v for v in logs if v != 0]
                better, worse = sum(v < 0 for v in logs), sum(v > 0 for v in logs)
                ranks = np.mean([summarize.rank(pair) for pair in pairs], 0)
                rows.append([a, b, n, len(pairs), "%.3f" % math.exp(np.mean(logs)), "%d/%d" % (better, worse),
                             "%.2f : %.2f" % tuple(ranks),
                             summarize.fmt(float(wilcoxon(moved).pvalue)) if len(moved) > 5 else "-"])
    summarize.table(rows, ["ours", "theirs", "evaluations", "problems", "regret, ours/theirs",
                           "problems better/worse", "mean ranks", "p"])


def earlier(run, n, lag):
    """The regret that the run had so many evaluations before n, in units of those at n."""
    problem = funcs.get(run["problem"])
    best = funcs.at(run["traj"], max(n - lag, 1))
    if problem.objectives > 1:
        gap = 1 - (best or 0.0) / problem.optimum
    else:
        gap = (problem.fail_value() if best is None else best) - problem.optimum
    return max(gap, 0.0) / summarize.scale(problem, n)


def parallel(runs, groups):
    """
    Many running trials against one, on the seeds that both have. In brackets the same for what one at a time had when
    it had told as much as was told when the last of the many was asked for: that much is lost by not knowing.
    """
    by = summarize.search_runs(runs)
    names = sorted({o for d in by.values() for o in d if o.startswith(OURS) and "@" in o})
    if not names:
        return
    print("## Running trials against one at a time, same seeds and evaluations\n")
    rows = []
    for name in names:
        (alone, running), total = name.split("@"), {n: [] for n in CHECKPOINTS}
        for group, pids in list(groups.items()) + [("all", None)]:
            cells = []
            for n in CHECKPOINTS:
                for pid in pids or ():
                    a, b = by.get(pid, {}).get(name, {}), by.get(pid, {}).get(alone, {})
                    seeds = sorted(set(a) & set(b))
                    x, y = ([summarize.regret(r[s], n) for s in seeds] for r in (a, b))
                    z = [earlier(b[s], n, int(running) - 1) for s in seeds]
                    if seeds and None not in x + y:
                        total[n].append((group,) + tuple(max(summarize.center(pid, v), FLOOR) for v in (x, y, z)))
                cell = [t[1:] for t in total[n] if pids is None or t[0] == group]
                cells.append("-" if not cell else "%.3g / %.3g = %.2f (%.2f)" % (
                    summarize.gmean([x for x, _, _ in cell]), summarize.gmean([y for _, y, _ in cell]),
                    math.exp(np.mean([math.log(x / y) for x, y, _ in cell])),
                    math.exp(np.mean([math.log(z / y) for _, y, z in cell]))))
            if any(c != "-" for c in cells):
                rows.append([name, group] + cells)
    summarize.table(rows, ["sampler", "group"] + ["@%d" % n for n in CHECKPOINTS])


def main():
    stored = glob.glob(os.path.join(funcs.HERE, "results", "*.jsonl.gz"))
    runs = summarize.load(stored + sys.argv[1:])
    of = figures(runs)
    ours = sorted(o for o in of if o.startswith(OURS))
    seen = {pid for o in ours for pid, _ in of[o]}
    pids = [pid for pid in funcs.problems() if pid in seen]
    groups = {}
    for pid in pids:
        groups.setdefault(funcs.get(pid).group, []).append(pid)
    seeds = {len(by) for pid, all_ in summarize.search_runs(runs).items() for o, by in all_.items() if o in ours}
    if not seeds:
        return
    print("\n# Search quality: %d problems, %d to %d seeds\n" % (len(pids), min(seeds), max(seeds)))
    by_group(of, groups, ours)
    mean_ranks(of, pids, ours)
    duels(of, pids, ours)
    parallel(runs, groups)


if __name__ == "__main__":
    main()
