using System.Numerics;

namespace TuneGraph.Training;

/// <summary>An optimizer's pass over an arena, divided among threads by ranges of elements.</summary>
internal unsafe struct UpdateWork<T, V, S> : ITeamWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>Elements from which a second thread pays.</summary>
    private const int WorthDividing = 1 << 15;

    private OptimizerKind _kind;
    private T* _w, _g, _first, _second;
    private nint _count;
    private OptimizerSpec _spec;
    private double _rate;
    private long _step;

    /// <param name="team">The threads.</param>
    /// <param name="kind">The rule; AdamW counts as Adam, and of LAMB it is the direction.</param>
    /// <param name="w">Parameters.</param>
    /// <param name="g">Gradients.</param>
    /// <param name="first">The first state.</param>
    /// <param name="second">The second state; null for rules that have one.</param>
    /// <param name="count">Elements.</param>
    /// <param name="spec">The rule's settings.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="step">Steps, this one included.</param>
    public static void Run(
        ThreadTeam team, OptimizerKind kind, T* w, T* g, T* first, T* second, nint count, OptimizerSpec spec,
        double rate, long step)
    {
        var work = new UpdateWork<T, V, S>
        {
            _kind = kind,
            _w = w,
            _g = g,
            _first = first,
            _second = second,
            _count = count,
            _spec = spec,
            _rate = rate,
            _step = step,
        };
        team.Run(ref work, count >= WorthDividing ? 2 * team.Size : 1);
    }

    public readonly void Run(int part, int parts, int thread)
    {
        var (from, count) = Panels<T>.Share(_count, part, parts);
        T* w = _w + from, g = _g + from, first = _first + from, second = _second + from;
        switch (_kind)
        {
            case OptimizerKind.Sgd:
                OptimizerKernels<T, V, S>.Sgd(w, g, first, count, _spec, _rate);
                break;
            case OptimizerKind.Adagrad:
                OptimizerKernels<T, V, S>.Adagrad(w, g, first, count, _spec, _rate);
                break;
            case OptimizerKind.RmsProp:
                OptimizerKernels<T, V, S>.RmsProp(w, g, first, count, _spec, _rate);
                break;
            case OptimizerKind.Lion:
                OptimizerKernels<T, V, S>.Lion(w, g, first, count, _spec, _rate);
                break;
            case OptimizerKind.Lamb:
                OptimizerKernels<T, V, S>.LambDirection(w, g, first, second, count, _spec, _step);
                break;
            default:
                OptimizerKernels<T, V, S>.Adam(w, g, first, second, count, _spec, _rate, _step);
                break;
        }
    }
}
