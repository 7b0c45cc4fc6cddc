"""Writes layers.json: losses, gradients and predictions of PyTorch in float64 for each of our layers.

Run with Debian's python3-torch (1.13): python3 torch_layers.py > layers.json
Each case has the layers as our model files write them, tensors by our names, rows, labels, and what PyTorch makes of
them: the mean cross-entropy, its gradient by every tensor, and the probabilities in evaluation mode.
"""
import json
import sys

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
CLASSES = 3


class Residual(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.inner = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.inner(x)


class Attention(nn.Module):
    def __init__(self, width, heads, causal):
        super().__init__()
        self.inner = nn.MultiheadAttention(width, heads, batch_first=True)
        self.causal = causal

    def forward(self, x):
        mask = torch.triu(torch.full((x.shape[1], x.shape[1]), float("-inf")), 1) if self.causal else None
        return self.inner(x, x, x, need_weights=False, attn_mask=mask)[0]


class Position(nn.Module):
    def __init__(self, tokens, width):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(tokens, width))

    def forward(self, x):
        return x + self.weight


class FeatureTokens(nn.Module):
    def __init__(self, features, width):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(features, width))
        self.bias = nn.Parameter(torch.randn(features, width))

    def forward(self, x):
        return x[:, :, None] * self.weight + self.bias


class Factorization(nn.Module):
    """The definition itself, pair by pair."""

    def __init__(self, features, units, factors):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(units, features))
        self.bias = nn.Parameter(torch.randn(units))
        self.factors = nn.Parameter(torch.randn(units * factors, features) * 0.5)
        self.k = factors

    def forward(self, x):
        columns = []
        for unit in range(self.weight.shape[0]):
            v = self.factors[unit * self.k:(unit + 1) * self.k]
            y = x @ self.weight[unit] + self.bias[unit]
            for i in range(x.shape[1]):
                for j in range(i + 1, x.shape[1]):
                    y = y + (v[:, i] @ v[:, j]) * x[:, i] * x[:, j]
            columns.append(y)
        return torch.stack(columns, 1)


class Embedding(nn.Module):
    def __init__(self, count, width):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(count, width))

    def forward(self, x):
        return self.weight[x.long()]


class TokenMean(nn.Module):
    def forward(self, x):
        return x.mean(1)


def linear(inputs, units):
    return {"type": "linear", "units": units}, nn.Linear(inputs, units)


def activation(name, module):
    return {"type": "activation", "function": name}, module


def convolution(inputs, channels, kernel, stride=1, padding=0):
    return ({"type": "convolution", "channels": channels, "kernel": kernel, "stride": stride, "padding": padding},
            nn.Conv2d(inputs, channels, kernel, stride, padding))


def pooling(kind, size, stride):
    module = (nn.MaxPool2d if kind == "Max" else nn.AvgPool2d)(size, stride)
    return {"type": "pooling", "kind": kind, "size": size, "stride": stride}, module


def image(channels, height, width):
    return ({"type": "image", "channels": channels, "height": height, "width": width},
            nn.Unflatten(1, (channels, height, width)))


def batch_norm(channels, module):
    return {"type": "batchNorm", "momentum": 0.1, "epsilon": 1e-5}, module(channels)


def layer_norm(width):
    return {"type": "layerNorm", "epsilon": 1e-5}, nn.LayerNorm(width)


def attention(width, heads, causal=False):
    return {"type": "attention", "heads": heads, "causal": causal}, Attention(width, heads, causal)


def residual(*layers):
    return ({"type": "residual", "layers": [spec for spec, _ in layers]}, Residual(*[module for _, module in layers]))


FLATTEN = ({"type": "flatten"}, nn.Flatten())
MEAN = ({"type": "tokenMean"}, TokenMean())


def cases():
    relu = activation("Relu", nn.ReLU())
    yield "linear", 5, [linear(5, 7), linear(7, CLASSES)]
    for name, module in (("Relu", nn.ReLU()), ("Tanh", nn.Tanh()), ("Gelu", nn.GELU()), ("Sigmoid", nn.Sigmoid()),
                         ("Silu", nn.SiLU())):
        yield name.lower(), 5, [linear(5, 9), activation(name, module), linear(9, CLASSES)]
    yield "convolution", 36, [image(1, 6, 6), convolution(1, 3, 3), relu, convolution(3, 2, 2), FLATTEN,
                              linear(18, CLASSES)]
    yield "convolution with step and padding", 60, [image(2, 5, 6), convolution(2, 3, 3, 2, 1), convolution(3, 4, 2),
                                                    FLATTEN, linear(16, CLASSES)]
    for kind in ("Max", "Average"):
        yield f"{kind.lower()} pooling", 49, [image(1, 7, 7), convolution(1, 2, 2), pooling(kind, 2, 2), FLATTEN,
                                              linear(18, CLASSES)]
        yield f"overlapping {kind.lower()} pooling", 49, [image(1, 7, 7), convolution(1, 2, 2), pooling(kind, 3, 1),
                                                          FLATTEN, linear(32, CLASSES)]
    yield "batch norm of channels", 32, [image(2, 4, 4), convolution(2, 3, 2), batch_norm(3, nn.BatchNorm2d), relu,
                                         FLATTEN, linear(27, CLASSES)]
    yield "batch norm of features", 6, [linear(6, 5), batch_norm(5, nn.BatchNorm1d), relu, linear(5, CLASSES)]
    yield "layer norm", 6, [linear(6, 5), layer_norm(5), linear(5, CLASSES)]
    yield "residual", 6, [linear(6, 5), residual(activation("Tanh", nn.Tanh()), linear(5, 5)), relu,
                          linear(5, CLASSES)]
    tokens = ({"type": "featureTokens", "width": 6}, FeatureTokens(4, 6))
    yield "feature tokens", 4, [tokens, FLATTEN, linear(24, CLASSES)]
    for causal in (False, True):
        tokens = ({"type": "featureTokens", "width": 6}, FeatureTokens(5, 6))
        yield f"attention, causal {causal}", 5, [tokens, attention(6, 2, causal), MEAN, linear(6, CLASSES)]
    embedding = ({"type": "embedding", "count": 7, "width": 6}, Embedding(7, 6))
    position = ({"type": "position"}, Position(5, 6))
    yield "embedding", 5, [embedding, position, residual(layer_norm(6), attention(6, 3)), residual(
        layer_norm(6), linear(6, 8), activation("Gelu", nn.GELU()), linear(8, 6)), layer_norm(6), MEAN,
        linear(6, CLASSES)]
    yield "factorization", 5, [({"type": "factorization", "units": CLASSES, "factors": 2},
                                Factorization(5, CLASSES, 2))]


def our_name(name):
    name = name.replace(".inner.", ".")
    return "layers." + name.replace("in_proj_weight", "in_proj.weight").replace("in_proj_bias", "in_proj.bias")


def numbers(tensor):
    return [float(f"{value:.12g}") for value in tensor.detach().flatten().tolist()]


def run(name, features, layers):
    net = nn.Sequential(*[module for _, module in layers])
    with torch.no_grad():
        for key, parameter in net.named_parameters():
            parameter.copy_(torch.randn(parameter.shape) * 0.5)
    x = torch.randint(0, 7, (6, features)).double() if name == "embedding" else torch.randn(6, features)
    x = x.float().double()                                # our rows are float32
    y = torch.randint(0, CLASSES, (6,))
    case = {"name": name, "features": features, "layers": [spec for spec, _ in layers], "rows": numbers(x),
            "labels": y.tolist(), "tensors": {our_name(k): numbers(p) for k, p in net.named_parameters()}}
    loss = nn.CrossEntropyLoss()(net(x), y)
    loss.backward()
    case["loss"] = loss.item()
    case["gradients"] = {our_name(k): numbers(p.grad) for k, p in net.named_parameters()}
    case["statistics"] = {our_name(k): numbers(b) for k, b in net.named_buffers() if "running" in k}
    net.eval()
    case["probabilities"] = numbers(torch.softmax(net(x), 1))
    return case


torch.manual_seed(1)
print(f"PyTorch {torch.__version__}", file=sys.stderr)
print("[\n" + ",\n".join(json.dumps(run(*case)) for case in cases()) + "\n]")
