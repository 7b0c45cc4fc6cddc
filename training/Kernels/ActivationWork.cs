using System.Diagnostics;
using System.Numerics;

namespace TuneGraph.Training;

/// <summary>A function of every unit, divided among threads by ranges of units.</summary>
internal unsafe struct ActivationWork<T, V, S> : ITeamWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>Units from which a second thread pays: its start costs about a microsecond.</summary>
    private const int WorthDividing = 1 << 14;

    private Activation _function;
    private T* _z, _derivative;
    private nint _count;

    /// <param name="team">The threads.</param>
    /// <param name="function">The function.</param>
    /// <param name="z">What it is applied to, in place.</param>
    /// <param name="derivative">Room for its derivative; null for none, always so with ReLU.</param>
    /// <param name="count">Units, a multiple of the panel width.</param>
    public static void Run(ThreadTeam team, Activation function, T* z, T* derivative, nint count)
    {
        var work = new ActivationWork<T, V, S>
        {
            _function = function,
            _z = z,
            _derivative = derivative,
            _count = count,
        };
        team.Run(ref work, count >= WorthDividing ? 2 * team.Size : 1);
    }

    public readonly void Run(int part, int parts, int thread)
    {
        var (from, count) = Panels<T>.Share(_count, part, parts);
        T* z = _z + from, derivative = _derivative == null ? null : _derivative + from;
        switch (_function)
        {
            case Activation.Relu:
                ActivationKernels<T, V, S>.Relu(z, count);
                break;
            case Activation.Tanh:
                ActivationKernels<T, V, S>.Tanh(z, derivative, count);
                break;
            case Activation.Gelu:
                ActivationKernels<T, V, S>.Gelu(z, derivative, count);
                break;
            case Activation.Sigmoid:
                ActivationKernels<T, V, S>.Sigmoid(z, derivative, count);
                break;
            case Activation.Silu:
                ActivationKernels<T, V, S>.Silu(z, derivative, count);
                break;
            default:
                throw new UnreachableException($"Unhandled activation {_function}.");
        }
    }
}
