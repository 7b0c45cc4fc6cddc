using System.Diagnostics;
using System.Numerics;

namespace TuneGraph.Training;

/// <summary>The step from the last common model, by way of the mean of the ranks' models, to the next common one.</summary>
/// <param name="strategy">Which step.</param>
/// <param name="worldSize">Number of ranks.</param>
/// <param name="length">Elements of the model.</param>
internal sealed class OuterStep<T>(ModelAverageStrategy strategy, int worldSize, int length)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double _momentum = strategy.MomentumFor(worldSize);
    private readonly double _rate = strategy.RateOrDefault;

    /// <summary>Δ of block momentum, v of DiLoCo, u of slow momentum; empty for the mean.</summary>
    public T[] Velocity { get; } = new T[strategy.Rule == ModelAverageRule.Mean ? 0 : length];

    /// <param name="common">The last common model; becomes the next.</param>
    /// <param name="mean">The mean of the ranks' models; overwritten.</param>
    /// <param name="learningRate">The learning rate of the last local step.</param>
    public void Take(Span<T> common, Span<T> mean, double learningRate)
    {
        if (strategy.Rule == ModelAverageRule.Mean)
        {
            mean.CopyTo(common);
            return;
        }
        ArenaArithmetic.Scale(mean, -1);
        ArenaArithmetic.AddScaled<T>(mean, common, 1);                       // G = w - mean
        switch (strategy.Rule)
        {
            case ModelAverageRule.BlockMomentum:
                ArenaArithmetic.Scale<T>(Velocity, _momentum);
                ArenaArithmetic.AddScaled<T>(Velocity, mean, (1 - _momentum) * _rate * worldSize);
                ArenaArithmetic.AddScaled<T>(common, Velocity, strategy.Nesterov ? -1 - _momentum : -1);
                break;
            case ModelAverageRule.Diloco:
                ArenaArithmetic.Scale<T>(Velocity, _momentum);
                ArenaArithmetic.AddScaled<T>(Velocity, mean, 1);
                ArenaArithmetic.AddScaled<T>(common, mean, -_rate);
                ArenaArithmetic.AddScaled<T>(common, Velocity, -_rate * _momentum);
                break;
            case ModelAverageRule.SlowMomentum:
                ArenaArithmetic.Scale<T>(Velocity, _momentum);
                ArenaArithmetic.AddScaled<T>(Velocity, mean, 1 / learningRate);      // line 7
                ArenaArithmetic.AddScaled<T>(common, Velocity, -_rate * learningRate);
                break;
            default:
                throw new UnreachableException($"Unhandled rule {strategy.Rule}.");
        }
    }
}
