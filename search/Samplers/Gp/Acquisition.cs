namespace TuneGraph.Search;

/// <summary>How promising a point is, on a logarithmic scale.</summary>
internal abstract class Acquisition
{
    /// <summary>Adds the values at several points.</summary>
    /// <param name="codes">The points' codes, NaN where absent.</param>
    /// <param name="values">The values at each are added to these.</param>
    public abstract void Add(IReadOnlyList<double[]> codes, Span<double> values);

    /// <summary>The value at one point; its derivatives in the codes of the numeric axes are added.</summary>
    public abstract double AddSlopes(ReadOnlySpan<double> codes, Span<double> gradient);
}

/// <summary>The sum of acquisition functions: the logarithm of a product of independent chances and gains.</summary>
internal sealed class JointAcquisition(IReadOnlyList<Acquisition> parts) : Acquisition
{
    public override void Add(IReadOnlyList<double[]> codes, Span<double> values)
    {
        foreach (var part in parts)
            part.Add(codes, values);
    }

    public override double AddSlopes(ReadOnlySpan<double> codes, Span<double> gradient)
    {
        var sum = 0.0;
        foreach (var part in parts)
            sum += part.AddSlopes(codes, gradient);
        return sum;
    }
}
