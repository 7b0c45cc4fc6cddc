"""Writes metrics.json: what scikit-learn 1.2 measures. Run: python3 sklearn_metrics.py > metrics.json"""
import json

import numpy as np
from sklearn import metrics as m

random = np.random.default_rng(3)


def classification(classes, rows):
    labels = random.integers(0, classes, rows)
    labels[:classes] = np.arange(classes)
    scores = np.exp(random.normal(size=(rows, classes)) + 1.2 * np.eye(classes)[labels])
    p = (scores / scores.sum(1, keepdims=True)).round(2)          # rounding makes ties
    p[:, -1] = 1 - p[:, :-1].sum(1)
    p = np.abs(p.round(2)) + 0.01
    p = (p / p.sum(1, keepdims=True)).astype(np.float32)
    predicted = p.argmax(1)
    binary = classes == 2
    one_hot = np.eye(classes)[labels]
    return {
        "classes": classes, "labels": labels.tolist(), "probabilities": [float(x) for x in p.flatten()],
        "accuracy": m.accuracy_score(labels, predicted),
        "f1": m.f1_score(labels, predicted, average="binary" if binary else "macro"),
        "rocAuc": m.roc_auc_score(labels, p[:, 1]) if binary else m.roc_auc_score(one_hot, p, average="macro"),
        "averagePrecision": m.average_precision_score(labels, p[:, 1]) if binary
        else m.average_precision_score(one_hot, p, average="macro"),
        "logLoss": float(-np.log(p[np.arange(rows), labels].astype(float)).mean()),
    }


def regression(rows):
    targets = random.normal(size=rows).astype(np.float32)
    predictions = (targets + 0.5 * random.normal(size=rows)).astype(np.float32)
    t, p = targets.astype(float), predictions.astype(float)
    return {"targets": t.tolist(), "predictions": p.tolist(), "mse": m.mean_squared_error(t, p),
            "rmse": m.mean_squared_error(t, p, squared=False), "mae": m.mean_absolute_error(t, p),
            "r2": m.r2_score(t, p)}


print(json.dumps({"classification": [classification(2, 60), classification(4, 80)], "regression": [regression(50)]},
                 separators=(", ", ": ")).replace("}, {", "},\n{"))
