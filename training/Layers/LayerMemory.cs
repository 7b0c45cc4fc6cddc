using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// The memory of one network: what its layers compute with and in. All of it is taken before the first pass.
/// </summary>
internal sealed unsafe class LayerMemory<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Elements past the end of every array: kernels may read and write up to a register too far.</summary>
    private const int Slack = 64;

    private readonly List<IDisposable> _arrays = [];
    private readonly GradientWindows<T>? _windows;
    private readonly LayerMemory<T>? _first;
    private readonly DeviceArray<T>? _copies;          // of the parameters, in the kernels' precision
    private long _temporaryLength;

    /// <param name="kernels">What to compute with.</param>
    /// <param name="plan">The model's arenas.</param>
    /// <param name="capacity">The most samples in a pass.</param>
    /// <param name="trains">Whether backward passes will be asked for.</param>
    /// <param name="group">The ranks that train together; null for one alone.</param>
    /// <param name="windows">Where gradients are written if no rank keeps all of them; null for an arena.</param>
    public LayerMemory(
        Kernels<T> kernels, ArenaPlan plan, int capacity, bool trains, ProcessGroup? group,
        GradientWindows<T>? windows = null)
    {
        _windows = windows;
        Kernels = kernels;
        Capacity = capacity;
        Trains = trains;
        Group = group is { WorldSize: > 1 } ? group : null;
        Parameters = Own(kernels.Take<T>(plan.Length));
        Statistics = Own(kernels.Take<T>(plan.StatisticsLength));
        Gradient = Own(kernels.Take<T>(trains && windows is null ? plan.Length : 0));
        Scratch = Own(kernels.Take<T>(kernels.ScratchLength)).Pointer;
        _copies = kernels.Precision == Precision.Float32 ? null : Own(kernels.TakeValues(plan.Length));
    }

    /// <summary>Memory for the values of one more pass at the same time, by the same parameters.</summary>
    /// <param name="first">Closed, and disposed after this.</param>
    public LayerMemory(LayerMemory<T> first)
    {
        _first = first;
        (Kernels, Capacity, Trains) = (first.Kernels, first.Capacity, first.Trains);
        (Group, Divided) = (first.Group, first.Divided);
        (Parameters, Statistics, Gradient) = (first.Parameters, first.Statistics, first.Gradient);
        Scratch = first.Scratch;
        Temporary = first.Temporary;
        _copies = first._copies;
    }

    public Kernels<T> Kernels { get; }
    public int Capacity { get; }
    public bool Trains { get; }
    public ProcessGroup? Group { get; }

    /// <summary>The ranks that divide layers; null where they divide none.</summary>
    public ProcessGroup? Divided { get; init; }

    public DeviceArray<T> Parameters { get; }
    public DeviceArray<T> Statistics { get; }
    public DeviceArray<T> Gradient { get; }

    /// <summary>
    /// Told in a backward pass from which place on the arena's gradients are complete; places only fall. Null where
    /// nobody asks, so that nothing is cut into parts for it.
    /// </summary>
    public Action<int>? OnGradient { get; set; }

    /// <summary>What products pack their left side in.</summary>
    public T* Scratch { get; }

    /// <summary>Room that a layer uses within one call, as long as the longest that any asked for.</summary>
    public T* Temporary { get; private set; }

    /// <summary>Elements of the arrays taken, whatever is between layers and within them.</summary>
    public long Taken { get; private set; }

    /// <summary>Takes an array that lives as long as the network.</summary>
    public T* Take(long length)
    {
        Taken += length + Slack;
        return Own(Kernels.Take<T>(length + Slack)).Pointer;
    }

    /// <summary>The same for values between layers, which kernels may keep in 16 bits.</summary>
    public T* TakeValues(long length)
    {
        Taken += length + Slack;
        return Own(Kernels.TakeValues(length + Slack)).Pointer;
    }

    /// <summary>Takes an array of places.</summary>
    public int* TakeIntegers(long length) => Own(Kernels.Take<int>(length + Slack)).Pointer;

    /// <summary>Takes an array of sums.</summary>
    public DeviceArray<double> TakeDoubles(long length) => Own(Kernels.Take<double>(length));

    /// <summary>Asks for temporary room.</summary>
    public void NeedTemporary(long length) => _temporaryLength = Math.Max(_temporaryLength, length);

    /// <summary>Takes the temporary room, after all layers have asked.</summary>
    public void Close() => Temporary = _first is null ? TakeValues(_temporaryLength) : _first.Temporary;

    /// <summary>Replaces values by their sum over the ranks that divide the layer.</summary>
    public void SumOverParts(T* values, nint count) => Divided!.AllReduce(new Span<T>(values, checked((int)count)));

    /// <summary>Bytes of the parameters and of their copies in 16 bits.</summary>
    public long ParameterBytes =>
        (Parameters.Length * sizeof(T)) + ((_copies?.Length ?? 0) * Kernels.BytesOfValue);

    /// <summary>Makes <see cref="Weights"/> those of <see cref="Parameters"/>, before passes.</summary>
    public void CopyParameters()
    {
        if (_copies is not null)
            Kernels.Copy(Parameters.Pointer, _copies.Pointer, (nint)Parameters.Length);
    }

    /// <summary>What products and the like compute with.</summary>
    public T* Weights(TensorPlace place) => (_copies ?? Parameters).Pointer + place.Range.Start;

    /// <summary>What is never rounded to 16 bits: the few numbers of norms.</summary>
    public T* Exact(TensorPlace place) => Parameters.Pointer + place.Range.Start;

    public T* GradientOf(TensorPlace place) =>
        _windows is null ? Gradient.Pointer + place.Range.Start : _windows.At(place.Range.Start);

    public T* Statistic(TensorPlace place) => Statistics.Pointer + place.Range.Start;

    public void Dispose()
    {
        foreach (var array in _arrays)
            array.Dispose();
    }

    private TArray Own<TArray>(TArray array)
        where TArray : IDisposable
    {
        _arrays.Add(array);
        return array;
    }
}
