using System.Collections.Immutable;
using System.Numerics;

namespace TuneGraph.Training;

/// <summary>An optimizer's state for one arena of parameters.</summary>
internal sealed unsafe class Optimizer<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly OptimizerSpec _spec;
    private readonly ImmutableArray<ArenaRange> _tensors;
    private readonly Kernels<T> _kernels;

    /// <param name="spec">The rule.</param>
    /// <param name="length">Elements of the arena.</param>
    /// <param name="tensors">Where each tensor lies, for rules that treat tensors one by one.</param>
    /// <param name="kernels">What to compute with.</param>
    public Optimizer(OptimizerSpec spec, int length, ImmutableArray<ArenaRange> tensors, Kernels<T> kernels)
    {
        _spec = spec;
        _tensors = tensors;
        _kernels = kernels;
        ImmutableArray<string> names = spec.Kind switch
        {
            OptimizerKind.Sgd => ["velocity"],
            OptimizerKind.Adagrad => ["sum"],
            OptimizerKind.RmsProp => ["variance"],
            OptimizerKind.Lion => ["mean"],
            _ => ["mean", "variance"],
        };
        States = [.. names.Select(name => (name, kernels.Take<T>(length)))];
    }

    /// <summary>Steps taken so far, over all segments.</summary>
    public long Steps { get; set; }

    /// <summary>The state, each laid out like the parameters.</summary>
    public ImmutableArray<(string Name, DeviceArray<T> Values)> States { get; }

    /// <summary>Changes the parameters by one step along the gradient, whose memory it may overwrite.</summary>
    public void Step(DeviceArray<T> parameters, DeviceArray<T> gradient, double learningRate)
    {
        Steps++;
        T* w = parameters.Pointer, g = gradient.Pointer, first = States[0].Values.Pointer;
        var count = (nint)parameters.Length;
        Clip(g, count);
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
            case OptimizerKind.Lamb:
                _kernels.Lamb(w, g, first, States[1].Values.Pointer, count, _tensors, _spec, learningRate, Steps);
                break;
            default:
                _kernels.Adam(w, g, first, States[1].Values.Pointer, count, _spec, learningRate, Steps);
                break;
        }
    }

    public void Dispose()
    {
        foreach (var (_, values) in States)
            values.Dispose();
    }

    private void Clip(T* gradient, nint count)
    {
        if (_spec.ClipValue > 0)
            _kernels.Clamp(gradient, T.CreateTruncating(_spec.ClipValue), count);
        if (_spec.ClipNorm > 0)
            _kernels.ClipNorm(gradient, count, _spec.ClipNorm);
    }
}
