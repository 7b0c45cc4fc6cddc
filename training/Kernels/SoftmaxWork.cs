using System.Numerics;

namespace TuneGraph.Training;

/// <summary>A softmax without a loss, as attention has, or its gradient, divided among threads by rows.</summary>
internal unsafe struct SoftmaxWork<T, V, S> : ITeamWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>Elements from which a second thread pays: its start costs about a microsecond.</summary>
    private const int WorthDividing = 1 << 13;

    private T* _values, _probabilities;
    private int _rows, _stride, _classes;
    private bool _isCausal;
    private T _scale;

    /// <summary>See <see cref="Kernels{T}.Softmax"/> and <see cref="Kernels{T}.CausalSoftmax"/>.</summary>
    public static void Run(ThreadTeam team, T* logits, int rows, int stride, int classes, bool isCausal) =>
        Run(team, new SoftmaxWork<T, V, S>
        {
            _values = logits,
            _rows = rows,
            _stride = stride,
            _classes = classes,
            _isCausal = isCausal,
        });

    /// <summary>See <see cref="Kernels{T}.SoftmaxGradient"/>.</summary>
    public static void RunGradient(ThreadTeam team, T* gradient, T* probabilities, int rows, int stride, T scale) =>
        Run(team, new SoftmaxWork<T, V, S>
        {
            _values = gradient,
            _probabilities = probabilities,
            _rows = rows,
            _stride = stride,
            _scale = scale,
        });

    public readonly void Run(int part, int parts, int thread)
    {
        var (from, end) = ProductWork<T, V, S>.Share(_rows, 1, part, parts);
        if (_probabilities == null)
        {
            LossKernels<T, V, S>.Softmax(_values, from, end, _stride, _classes, _isCausal);
            return;
        }
        var start = (nint)from * _stride;
        LossKernels<T, V, S>.SoftmaxGradient(_values + start, _probabilities + start, end - from, _stride, _scale);
    }

    private static void Run(ThreadTeam team, SoftmaxWork<T, V, S> work) =>
        team.Run(ref work, (long)work._rows * work._stride >= WorthDividing ? team.Size : 1);
}
