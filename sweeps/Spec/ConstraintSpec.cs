namespace TuneGraph;

/// <summary>On which side of its bound a metric must stay.</summary>
public enum BoundSide
{
    /// <summary>It must not be larger.</summary>
    AtMost,

    /// <summary>It must not be smaller.</summary>
    AtLeast,
}

/// <summary>What a trial of a built-in model must keep to be the best, or on the front.</summary>
/// <param name="Metric">Name of a metric, see <see cref="StepMetrics.Names"/>; its value at the trial's end
/// counts.</param>
/// <param name="Side">On which side of the bound it must stay.</param>
/// <param name="Bound">The bound, which is allowed itself.</param>
public sealed record ConstraintSpec(string Metric, BoundSide Side, double Bound)
{
    /// <summary>How far a value lies beyond the bound: the constraint is kept at or below 0.</summary>
    public double Excess(double value) => Side == BoundSide.AtMost ? value - Bound : Bound - value;
}
