#!/usr/bin/env python3
"""Tunes a function of Python's with TuneGraph's search, by nothing but the standard library.

Start a scheduler with `tunegraph serve`, then any number of these, on any machines; they share the study:
    python3 examples/ask_tell.py http://127.0.0.1:5810
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

SERVER = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5810"
TRIALS = 30

STUDY = {
    "space": {
        "x": {"type": "float", "low": -5, "high": 10},
        "y": {"type": "float", "low": 0, "high": 15},
    },
    "objective": {"metric": "branin", "direction": "minimize"},
    "sampler": "tpe",
    "pruner": {"type": "median", "startupTrials": 5, "warmupSteps": 1},
    "steps": 3,
    "lease": "10m",
    "budget": {"trials": TRIALS},
    "seed": 1,
}


def call(method, path, body=None):
    """One call. It is repeated while nobody answers; its key makes that safe."""
    request = urllib.request.Request(f"{SERVER}/api/v1/studies/{path}", method=method)
    request.add_header("Content-Type", "application/json")
    request.add_header("Idempotency-Key", uuid.uuid4().hex)
    if token := os.environ.get("TUNEGRAPH_TOKEN"):
        request.add_header("Authorization", f"Bearer {token}")
    data = None if body is None else json.dumps(body).encode()
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(request, data, timeout=60) as answer:
                text = answer.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as refusal:
            if refusal.code != 503 or time.monotonic() > deadline:
                sys.exit(f"{method} {path}: {json.load(refusal)['detail']}")
        except urllib.error.URLError as away:
            if time.monotonic() > deadline:
                sys.exit(f"{SERVER} does not answer: {away.reason}")
        time.sleep(0.2)


def branin(x, y):
    return (y - 0.129185 * x * x + 1.591549 * x - 6) ** 2 + 9.602113 * (2.718281828 ** (-x * x / 40)) + 10


def say(trial, line):
    """A line for the trial's log, on its page and in `tunegraph logs`."""
    call("POST", f"branin/trials/{trial['trial']}/printed", {"lines": [{"text": line}]})


def run(trial):
    """A trial: three steps, each nearer to the truth. Gives None when it was told to stop."""
    x, y = trial["parameters"]["x"], trial["parameters"]["y"]
    for step in range(trial.get("step", 0) + 1, 4):
        value = branin(x, y) * (1 + 1 / step)
        say(trial, f"step {step} of 3: {value:.4f} at x = {x:.3f}, y = {y:.3f}")
        verdict = call("POST", f"branin/trials/{trial['trial']}/steps", {"step": step, "value": value})
        if not verdict["goOn"]:
            return None
    return value


call("PUT", "branin", STUDY)
while trials := call("POST", "branin/ask", {"count": 1})["trials"]:
    for trial in trials:
        value = run(trial)
        if value is not None:
            call("POST", f"branin/trials/{trial['trial']}/tell", {"state": "completed", "value": value})

best = call("GET", "branin/best")
print(f"trial {best['trial']}: {best['value']:.4f} at {best['parameters']}")
