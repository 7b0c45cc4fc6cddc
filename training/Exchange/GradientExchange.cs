using System.Numerics;
using System.Runtime.InteropServices;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>How the ranks make one gradient of theirs.</summary>
internal sealed class GradientExchange<T>(ProcessGroup group)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Replaces the gradient by its sum over the ranks.</summary>
    public void Sum(NativeArray<T> gradient)
    {
        if (group.WorldSize == 1)
            return;
        if (typeof(T) == typeof(float))
            group.AllReduce(MemoryMarshal.Cast<T, float>(gradient.Span));
        else
            group.AllReduce(MemoryMarshal.Cast<T, double>(gradient.Span));
    }
}
