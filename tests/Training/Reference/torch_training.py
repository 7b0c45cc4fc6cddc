"""Writes training.json: parameters after optimizer steps, schedules and losses of PyTorch in float64.

Run with Debian's python3-torch (1.13): python3 torch_training.py > training.json
LAMB and Lion, which it lacks, are written out here from their papers' algorithms.
"""
import json

import torch

torch.set_default_dtype(torch.float64)
STEPS = 6


def start():
    return [torch.linspace(-1.5, 2, 12).reshape(3, 4), torch.linspace(0.5, -0.25, 4)]


def gradients(step):
    return [torch.sin(torch.arange(12.) * 0.7 + step).reshape(3, 4), torch.cos(torch.arange(4.) + 0.3 * step) * 3]


def by_torch(make, clip_norm=0.0, clip_value=0.0):
    parameters = [torch.nn.Parameter(p) for p in start()]
    optimizer = make(parameters)
    for step in range(1, STEPS + 1):
        for p, g in zip(parameters, gradients(step)):
            p.grad = g
        if clip_value:
            torch.nn.utils.clip_grad_value_(parameters, clip_value)
        if clip_norm:
            torch.nn.utils.clip_grad_norm_(parameters, clip_norm)
        optimizer.step()
    return parameters


def lamb(lr, b1, b2, eps, decay):
    """You et al. 2020, Algorithm 2, with phi(z) = z; a ratio of 1 where a norm is 0."""
    parameters = start()
    m, v = [torch.zeros_like(p) for p in parameters], [torch.zeros_like(p) for p in parameters]
    for t in range(1, STEPS + 1):
        for i, g in enumerate(gradients(t)):
            m[i] = b1 * m[i] + (1 - b1) * g
            v[i] = b2 * v[i] + (1 - b2) * g * g
            r = m[i] / (1 - b1 ** t) / ((v[i] / (1 - b2 ** t)).sqrt() + eps) + decay * parameters[i]
            ratio = parameters[i].norm() / r.norm()
            parameters[i] = parameters[i] - lr * ratio * r
    return parameters


def lion(lr, b1, b2, decay):
    """Chen et al. 2023, Algorithm 2."""
    parameters = start()
    m = [torch.zeros_like(p) for p in parameters]
    for t in range(1, STEPS + 1):
        for i, g in enumerate(gradients(t)):
            c = torch.sign(b1 * m[i] + (1 - b1) * g)
            parameters[i] = parameters[i] - lr * (c + decay * parameters[i])
            m[i] = b2 * m[i] + (1 - b2) * g
    return parameters


def flat(parameters):
    return [x for p in parameters for x in p.detach().flatten().tolist()]


def optimizers():
    o = torch.optim
    yield {"kind": "Sgd", "momentum": 0}, by_torch(lambda p: o.SGD(p, 0.1))
    yield {"kind": "Sgd", "momentum": 0.8}, by_torch(lambda p: o.SGD(p, 0.1, 0.8))
    yield ({"kind": "Sgd", "momentum": 0.8, "nesterov": True, "weightDecay": 0.05},
           by_torch(lambda p: o.SGD(p, 0.1, 0.8, weight_decay=0.05, nesterov=True)))
    yield {"kind": "Adagrad", "weightDecay": 0.05}, by_torch(lambda p: o.Adagrad(p, 0.1, weight_decay=0.05, eps=1e-8))
    yield ({"kind": "RmsProp", "decay": 0.9, "weightDecay": 0.05},
           by_torch(lambda p: o.RMSprop(p, 0.1, alpha=0.9, weight_decay=0.05)))
    yield {"kind": "Adam", "weightDecay": 0.05}, by_torch(lambda p: o.Adam(p, 0.1, weight_decay=0.05))
    yield {"kind": "AdamW", "weightDecay": 0.05}, by_torch(lambda p: o.AdamW(p, 0.1, weight_decay=0.05))
    yield {"kind": "Lamb", "weightDecay": 0.05}, lamb(0.1, 0.9, 0.999, 1e-8, 0.05)
    yield {"kind": "Lion", "beta2": 0.99, "weightDecay": 0.05}, lion(0.1, 0.9, 0.99, 0.05)
    # PyTorch adds 1e-6 to the norm, so that its clipped gradient is some 1e-7 shorter than the limit.
    yield {"kind": "Sgd", "momentum": 0, "clipNorm": 2}, by_torch(lambda p: o.SGD(p, 0.1), clip_norm=2.0)
    yield {"kind": "Sgd", "momentum": 0, "clipValue": 0.5}, by_torch(lambda p: o.SGD(p, 0.1), clip_value=0.5)


def schedule(make, steps):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 1.0)
    scheduler = make(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def schedules():
    s = torch.optim.lr_scheduler
    yield {"kind": "Step", "stepEpochs": 2, "factor": 0.5}, schedule(lambda o: s.StepLR(o, 2 * 5, 0.5), 40)
    yield {"kind": "Cosine", "final": 0.1}, schedule(lambda o: s.CosineAnnealingLR(o, 40, 0.1), 40)
    yield {"kind": "OneCycle"}, schedule(lambda o: s.OneCycleLR(o, 1.0, 40, cycle_momentum=False), 40)
    yield ({"kind": "Constant", "warmupEpochs": 1.6},
           schedule(lambda o: s.LinearLR(o, 1 / 8, 1, 7), 40))


def losses():
    outputs = torch.tensor([-2.5, -0.4, 0.0, 0.3, 1.7, 6.0])
    targets = torch.tensor([0.5, -0.5, 0.25, 0.25, 1.5, 1.0])
    labels = torch.tensor([0, 1, 1, 0, 1, 0.])
    n = torch.nn.functional
    for name, function, goal in (("SquaredError", n.mse_loss, targets), ("AbsoluteError", n.l1_loss, targets),
                                 ("Huber", lambda a, b, **k: n.huber_loss(a, b, delta=0.7, **k), targets),
                                 ("BinaryCrossEntropy", n.binary_cross_entropy_with_logits, labels)):
        z = outputs.clone().requires_grad_()
        loss = function(z, goal, reduction="sum")
        loss.backward()
        yield {"kind": name, "outputs": outputs.tolist(), "targets": goal.tolist(), "loss": loss.item(),
               "gradient": z.grad.tolist()}


print(json.dumps({
    "optimizers": [{"spec": spec, "parameters": flat(p)} for spec, p in optimizers()],
    "schedules": [{"spec": spec, "rates": rates} for spec, rates in schedules()],
    "losses": list(losses()),
}, indent=None, separators=(", ", ": ")).replace("}, {", "},\n{"))
