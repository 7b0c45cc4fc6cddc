using System.Globalization;
using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// Dynamic loss scaling: the loss is multiplied by a number so large that its gradients do not vanish in float16, and
/// the sums of gradients, which are float32, are divided by it before the optimizer sees them. A gradient that is not
/// finite was scaled too far: the step is left out, and the number halved; after many steps without one it is doubled.
/// Micikevicius et al. 2018, section 3.2, and the rule that NVIDIA's "Train with mixed precision" gives; the constants
/// are those of PyTorch's torch.amp.GradScaler, and the limit that of NVIDIA's Apex (max_loss_scale).
/// </summary>
internal sealed class LossScaler
{
    /// <summary>The name of the state in checkpoints.</summary>
    public const string Key = "lossScale";

    private const double First = 1 << 16, Most = 1 << 24, Least = 1.0 / (1 << 24);
    private const int StepsToDouble = 2000;

    /// <summary>What the loss is multiplied by: a power of two, so that nothing is rounded by it.</summary>
    public double Scale { get; private set; } = First;

    /// <summary>Steps since the scale changed.</summary>
    public int GoodSteps { get; private set; }

    /// <summary>Steps left out over all segments.</summary>
    public long Skipped { get; private set; }

    /// <summary>All of it as text.</summary>
    public string State => string.Create(CultureInfo.InvariantCulture, $"{Scale:R} {GoodSteps} {Skipped}");

    /// <summary>The one that a precision needs; null where it needs none.</summary>
    public static LossScaler? Of(Precision precision) => precision == Precision.Float16 ? new LossScaler() : null;

    /// <summary>Goes on from a state.</summary>
    /// <exception cref="InvalidDataException">The text is no state.</exception>
    public void Restore(string state)
    {
        var parts = state.Split(' ');
        if (parts.Length != 3
            || !double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var scale)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var good)
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var skipped)
            || scale < Least || scale > Most || !double.IsPow2(scale) || good >= StepsToDouble)
        {
            throw new InvalidDataException($"The checkpoint's '{Key}' is '{state}'; it must be a power of two from "
                + $"{Least} to {Most}, the steps since it changed, and those that were left out.");
        }
        (Scale, GoodSteps, Skipped) = (scale, good, skipped);
    }

    /// <summary>
    /// Takes the scale out of a step's gradient; waits for it. False if the step must be left out: for all ranks, whose
    /// gradients are the same or, where they divide them, asked after.
    /// </summary>
    public unsafe bool Unscale<T>(Kernels<T> kernels, GradientExchange<T> exchange, ProcessGroup group)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var gradient = exchange.Gradient;
        Span<double> square = [kernels.SumOfSquares(gradient.Pointer, (nint)gradient.Length)];
        if (exchange.Shards is not null)
            group.AllReduce(square);
        if (double.IsFinite(square[0]))
            kernels.Scale(gradient.Pointer, T.CreateTruncating(1 / Scale), (nint)gradient.Length);
        return Accept(double.IsFinite(square[0]));
    }

    /// <summary>Counts a step.</summary>
    /// <returns>Whether to take it.</returns>
    public bool Accept(bool isFinite)
    {
        if (!isFinite)
        {
            (Scale, GoodSteps) = (Math.Max(Least, Scale / 2), 0);
            Skipped++;
            return false;
        }
        if (++GoodSteps == StepsToDouble)
            (Scale, GoodSteps) = (Math.Min(Most, 2 * Scale), 0);
        return true;
    }
}
