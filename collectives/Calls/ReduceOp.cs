namespace TuneGraph.Collectives;

/// <summary>How a reducing collective combines the ranks' values, element by element.</summary>
public enum ReduceOp
{
    /// <summary>x₀ + x₁ + … + x₍N−1₎. Integers wrap around on overflow.</summary>
    Sum,

    /// <summary>The sum divided by the world size N. Floating-point elements only.</summary>
    Mean,

    /// <summary>The smallest value; NaN if any rank holds NaN (IEEE 754-2019 <c>minimum</c>).</summary>
    Min,

    /// <summary>The largest value; NaN if any rank holds NaN (IEEE 754-2019 <c>maximum</c>).</summary>
    Max,
}
