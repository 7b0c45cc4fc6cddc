"""Optuna's side of `benchmarks -- ask-tell`: processes that run trivial trials on one study in a database.

usage: optuna_ask_tell.py URL SAMPLER PROCESSES TRIALS; prints how many trials there are, and the seconds they took.
"""
import subprocess
import sys
import time
import uuid
import warnings

import optuna

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
SAMPLERS = {"random": optuna.samplers.RandomSampler, "tpe": optuna.samplers.TPESampler}


def run(study, trials):
    done = 0
    for _ in range(trials):
        try:
            trial = study.ask()
            study.tell(trial, trial.suggest_float("x", -5, 5) ** 2)
            done += 1
        except Exception:  # noqa: BLE001: what it cannot do counts as not done
            pass
    return done


def client(url, name, warm, sampler, trials):
    load = lambda study: optuna.load_study(study_name=study, storage=url, sampler=SAMPLERS[sampler]())  # noqa: E731
    run(load(warm), 10)
    study = load(name)
    print("ready", flush=True)
    sys.stdin.readline()
    print(run(study, trials), flush=True)


def main(url, sampler, processes, trials):
    names = [f"{kind}-{uuid.uuid4().hex}" for kind in ("warm", "par")]
    for name in names:
        optuna.create_study(storage=url, study_name=name)
    clients = [
        subprocess.Popen(
            [sys.executable, __file__, "client", url, names[1], names[0], sampler, str(trials)],
            text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for _ in range(processes)
    ]
    for each in clients:
        each.stdout.readline()
    began = time.perf_counter()
    for each in clients:
        each.stdin.write("go\n")
        each.stdin.flush()
    done = sum(int(each.stdout.readline() or 0) for each in clients)
    print(done, time.perf_counter() - began, optuna.__version__)


if __name__ == "__main__":
    if sys.argv[1] == "client":
        client(*sys.argv[2:6], int(sys.argv[6]))
    else:
        main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
