using System.Collections.Immutable;
using System.Numerics;

namespace TuneGraph.Training;

/// <summary>An optimizer's state for one arena of parameters.</summary>
internal sealed unsafe class Optimizer<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly OptimizerSpec _spec;
    private readonly Kernels<T> _kernels;

    public Optimizer(OptimizerSpec spec, int length, Kernels<T> kernels)
    {
        _spec = spec;
        _kernels = kernels;
        ImmutableArray<string> names = spec.Kind == OptimizerKind.Sgd ? ["velocity"] : ["mean", "variance"];
        States = [.. names.Select(name => (name, new NativeArray<T>(length)))];
    }

    /// <summary>Steps taken so far, over all segments.</summary>
    public long Steps { get; set; }

    /// <summary>The state, each laid out like the parameters.</summary>
    public ImmutableArray<(string Name, NativeArray<T> Values)> States { get; }

    /// <summary>Changes the parameters by one step along the gradient.</summary>
    public void Step(NativeArray<T> parameters, NativeArray<T> gradient)
    {
        Steps++;
        T* w = parameters.Pointer, g = gradient.Pointer, first = States[0].Values.Pointer;
        if (_spec.Kind == OptimizerKind.Sgd)
            _kernels.Sgd(w, g, first, (nint)parameters.Length, _spec);
        else
            _kernels.Adam(w, g, first, States[1].Values.Pointer, (nint)parameters.Length, _spec, Steps);
    }

    public void Dispose()
    {
        foreach (var (_, values) in States)
            values.Dispose();
    }
}
