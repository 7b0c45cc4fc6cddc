using System.Numerics;

namespace TuneGraph.Training;

/// <summary>How a server steps with its share of the parameters: SGD with momentum, or Adagrad.</summary>
/// <param name="spec">The rule.</param>
/// <param name="length">Parameters of this server.</param>
internal sealed class ServerRule<T>(OptimizerSpec spec, int length)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Velocity, or sum of squares.</summary>
    public T[] State { get; } = new T[length];

    /// <summary>One step along a gradient, which is overwritten.</summary>
    /// <param name="parameters">This server's.</param>
    /// <param name="gradient">Its share of a gradient.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="share">The part that the gradient is of a whole batch's: as much of the decay belongs to it.</param>
    public void Step(Span<T> parameters, Span<T> gradient, double rate, double share)
    {
        if (spec.WeightDecay > 0)
            ArenaArithmetic.AddScaled<T>(gradient, parameters, share * spec.WeightDecay);
        if (spec.Kind == OptimizerKind.Adagrad)
        {
            var (step, epsilon) = (T.CreateTruncating(rate), T.CreateTruncating(spec.Epsilon));
            for (var i = 0; i < gradient.Length; i++)
            {
                State[i] += gradient[i] * gradient[i];
                parameters[i] -= step * gradient[i] / (T.Sqrt(State[i]) + epsilon);
            }
            return;
        }
        if (spec.Momentum == 0)
        {
            ArenaArithmetic.AddScaled<T>(parameters, gradient, -rate);
            return;
        }
        ArenaArithmetic.Scale<T>(State, spec.Momentum);
        ArenaArithmetic.AddScaled<T>(State, gradient, 1);
        ArenaArithmetic.AddScaled<T>(parameters, State, -rate);
    }
}
