using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// Parameters that threads of one process read and change without locks: Niu et al. 2011, Algorithm 1. A number is
/// never torn, but a change may be lost when another thread writes the same number between reading and writing. What a
/// gradient leaves at 0 is not written.
/// </summary>
internal sealed unsafe class SharedWeights<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NativeArray<T>? _owned;
    private readonly T* _values;
    private readonly int _length;

    /// <param name="length">Number of parameters.</param>
    /// <param name="group">Rank 0 owns the memory; a collective.</param>
    /// <exception cref="ArgumentException">The ranks are not threads of one process.</exception>
    public SharedWeights(int length, ProcessGroup group)
    {
        if (group.WorldSize > 1 && group is not InProcessGroup)
        {
            throw new ArgumentException("Hogwild changes parameters that all ranks see; its ranks must be threads of one "
                + "process. Take the mode async between processes.", nameof(group));
        }
        _length = length;
        _owned = group.Rank == 0 ? new NativeArray<T>(length) : null;
        Span<long> address = [_owned is null ? 0 : (long)_owned.Pointer];
        group.Broadcast(address);
        _values = (T*)address[0];
    }

    /// <summary>The numbers as they are now; others may be changing them.</summary>
    public void Read(Span<T> target) => new ReadOnlySpan<T>(_values, _length).CopyTo(target);

    /// <summary>Replaces all of them.</summary>
    public void Write(ReadOnlySpan<T> source) => source.CopyTo(new Span<T>(_values, _length));

    /// <summary>values -= rate · gradient where the gradient is not 0, each by a plain read and a plain write.</summary>
    public void Step(ReadOnlySpan<T> gradient, double rate)
    {
        var factor = T.CreateTruncating(-rate);
        for (var i = 0; i < gradient.Length; i++)
        {
            if (!T.IsZero(gradient[i]))
                _values[i] = T.FusedMultiplyAdd(factor, gradient[i], _values[i]);
        }
    }

    public void Dispose() => _owned?.Dispose();
}
