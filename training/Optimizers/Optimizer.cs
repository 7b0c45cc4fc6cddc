using System.Collections.Immutable;
using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>An optimizer's state for one arena of parameters, or for the pieces of it that this rank owns.</summary>
internal sealed unsafe class Optimizer<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly OptimizerSpec _spec;
    private readonly ImmutableArray<ArenaRange> _tensors;
    private readonly ImmutableArray<ArenaPiece> _pieces;
    private readonly ProcessGroup? _owners;
    private readonly Kernels<T> _kernels;
    private readonly double[] _norms;   // LAMB: per tensor the squared norm of weights, then of directions

    /// <param name="spec">The rule.</param>
    /// <param name="length">Elements of the arena.</param>
    /// <param name="tensors">Where each tensor lies, for rules that treat tensors one by one.</param>
    /// <param name="kernels">What to compute with.</param>
    /// <param name="shards">What this rank owns; null for the whole arena.</param>
    /// <param name="owners">The ranks that own the rest; null for none.</param>
    public Optimizer(
        OptimizerSpec spec, int length, ImmutableArray<ArenaRange> tensors, Kernels<T> kernels,
        ShardPlan? shards = null, ProcessGroup? owners = null)
    {
        _spec = spec;
        _tensors = tensors;
        _kernels = kernels;
        _owners = shards is null ? null : owners;
        _pieces = shards?.Pieces ?? [new ArenaPiece(0, length, 0)];
        _norms = new double[spec.Kind == OptimizerKind.Lamb && _owners is not null ? 2 * tensors.Length : 0];
        ImmutableArray<string> names = spec.Kind switch
        {
            OptimizerKind.Sgd => ["velocity"],
            OptimizerKind.Adagrad => ["sum"],
            OptimizerKind.RmsProp => ["variance"],
            OptimizerKind.Lion => ["mean"],
            _ => ["mean", "variance"],
        };
        States = [.. names.Select(name => (name, kernels.Take<T>(shards?.Length ?? length)))];
    }

    /// <summary>Steps taken so far, over all segments.</summary>
    public long Steps { get; set; }

    /// <summary>The state, each laid out like the parameters, or piece by piece where the arena is divided.</summary>
    public ImmutableArray<(string Name, DeviceArray<T> Values)> States { get; }

    /// <summary>Changes the parameters by one step along the gradient, whose memory it may overwrite.</summary>
    /// <param name="parameters">The arena.</param>
    /// <param name="gradient">Laid out like the arena or, if it is shorter, piece by piece.</param>
    /// <param name="learningRate">η.</param>
    public void Step(DeviceArray<T> parameters, DeviceArray<T> gradient, double learningRate)
    {
        Steps++;
        var packed = gradient.Length < parameters.Length;
        Clip(gradient.Pointer, packed);
        if (_spec.Kind == OptimizerKind.Lamb && _owners is null)
        {
            T* mean = States[0].Values.Pointer, variance = States[1].Values.Pointer;
            _kernels.Lamb(
                parameters.Pointer, gradient.Pointer, mean, variance, (nint)parameters.Length, _tensors, _spec,
                learningRate, Steps);
            return;
        }
        if (_spec.Kind == OptimizerKind.Lamb)
        {
            Lamb(parameters.Pointer, gradient.Pointer, packed, learningRate);
            return;
        }
        foreach (var piece in _pieces)
        {
            var g = gradient.Pointer + (packed ? piece.Offset : piece.Start);
            Step(parameters.Pointer + piece.Start, g, piece, learningRate);
        }
    }

    public void Dispose()
    {
        foreach (var (_, values) in States)
            values.Dispose();
    }

    private void Step(T* w, T* g, in ArenaPiece piece, double learningRate)
    {
        T* first = States[0].Values.Pointer + piece.Offset;
        nint count = piece.Length;
        switch (_spec.Kind)
        {
            case OptimizerKind.Sgd:
                _kernels.Sgd(w, g, first, count, _spec, learningRate);
                break;
            case OptimizerKind.Adagrad:
                _kernels.Adagrad(w, g, first, count, _spec, learningRate);
                break;
            case OptimizerKind.RmsProp:
                _kernels.RmsProp(w, g, first, count, _spec, learningRate);
                break;
            case OptimizerKind.Lion:
                _kernels.Lion(w, g, first, count, _spec, learningRate);
                break;
            default:
                var second = States[1].Values.Pointer + piece.Offset;
                _kernels.Adam(w, g, first, second, count, _spec, learningRate, Steps);
                break;
        }
    }

    private void Clip(T* gradient, bool packed)
    {
        foreach (var piece in _pieces)
        {
            var g = gradient + (packed ? piece.Offset : piece.Start);
            if (_spec.ClipValue > 0)
                _kernels.Clamp(g, T.CreateTruncating(_spec.ClipValue), piece.Length);
            if (_spec.ClipNorm > 0 && _owners is null)
                _kernels.ClipNorm(g, piece.Length, _spec.ClipNorm);
        }
        if (_spec.ClipNorm > 0 && _owners is not null)
            ClipDivided(gradient, packed, _owners);
    }

    private void ClipDivided(T* gradient, bool packed, ProcessGroup owners)
    {
        Span<double> square = [0];
        foreach (var piece in _pieces)
            square[0] += _kernels.SumOfSquares(gradient + (packed ? piece.Offset : piece.Start), piece.Length);
        owners.AllReduce(square);
        var norm = Math.Sqrt(square[0]);
        if (norm <= _spec.ClipNorm)
            return;
        foreach (var piece in _pieces)
        {
            var factor = T.CreateTruncating(_spec.ClipNorm / norm);
            _kernels.Scale(gradient + (packed ? piece.Offset : piece.Start), factor, piece.Length);
        }
    }

    private void Lamb(T* w, T* g, bool packed, double learningRate)
    {
        Array.Clear(_norms);
        foreach (var piece in _pieces)
        {
            var direction = g + (packed ? piece.Offset : piece.Start);
            T* mean = States[0].Values.Pointer + piece.Offset, variance = States[1].Values.Pointer + piece.Offset;
            _kernels.LambDirection(w + piece.Start, direction, mean, variance, piece.Length, _spec, Steps);
            for (var tensor = 0; tensor < _tensors.Length; tensor++)
            {
                var (start, length) = Common(_tensors[tensor], piece);
                if (length == 0)
                    continue;
                _norms[tensor] += _kernels.SumOfSquares(w + start, length);
                _norms[_tensors.Length + tensor] += _kernels.SumOfSquares(direction + (start - piece.Start), length);
            }
        }
        _owners!.AllReduce(_norms.AsSpan());
        foreach (var piece in _pieces)
            LambStep(w, g + (packed ? piece.Offset : piece.Start), piece, learningRate);
    }

    private void LambStep(T* w, T* direction, in ArenaPiece piece, double learningRate)
    {
        for (var tensor = 0; tensor < _tensors.Length; tensor++)
        {
            var (start, length) = Common(_tensors[tensor], piece);
            if (length == 0)
                continue;
            var (weights, norm) = (Math.Sqrt(_norms[tensor]), Math.Sqrt(_norms[_tensors.Length + tensor]));
            var trust = weights > 0 && norm > 0 ? weights / norm : 1;
            _kernels.Scale(direction + (start - piece.Start), T.CreateTruncating(-learningRate * trust), length);
        }
        _kernels.Add(w + piece.Start, direction, piece.Length);
    }

    private static (int Start, int Length) Common(in ArenaRange tensor, in ArenaPiece piece)
    {
        var start = Math.Max(tensor.Start, piece.Start);
        var end = Math.Min(tensor.Start + tensor.Length, piece.Start + piece.Length);
        return (start, Math.Max(0, end - start));
    }
}
