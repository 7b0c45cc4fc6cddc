namespace TuneGraph.Search;

/// <summary>
/// How a space's codes become the coordinates of the kernel. A number, or a choice with an order, is a coordinate of
/// its own; a choice without one is a coordinate whose values are alike or not. A parameter that need not take part has
/// a second coordinate: its point, where it is absent, lies ½ off the middle of its range, at right angles to it, so
/// that absence is as far from a value as a value can be from the middle, and two absent ones coincide (the embedding
/// of the arc kernel, Swersky et al., arXiv 1409.4011, with a straight line for the arc). A choice that is absent is
/// one choice more.
/// </summary>
internal sealed class GpAxes
{
    private const double Middle = 0.5;
    private const double Off = 0.5;

    /// <summary>The axes of a space: one for each parameter with more than one value.</summary>
    public GpAxes(SearchSpace space)
    {
        Space = space;
        var parameters = space.Parameters;
        Places = [.. parameters.Index().Where(p => p.Item.Distribution.Cardinality != 1).Select(p => p.Index)];
        IsChoice = [.. Places.Select(place => !parameters[place].Distribution.HasOrder)];
        var optional = Enumerable.Range(0, Count).Where(p => !IsChoice[p] && parameters[Places[p]].When is not null);
        Owners = [.. Enumerable.Range(0, Count), .. optional];
    }

    /// <summary>The space.</summary>
    public SearchSpace Space { get; }

    /// <summary>The parameters' places in the space.</summary>
    public int[] Places { get; }

    /// <summary>Whether an axis is a choice.</summary>
    public bool[] IsChoice { get; }

    /// <summary>The axis to which each coordinate belongs: the first Count are the axes' own.</summary>
    public int[] Owners { get; }

    /// <summary>How many axes there are.</summary>
    public int Count => Places.Length;

    /// <summary>How many coordinates there are.</summary>
    public int Coordinates => Owners.Length;

    /// <summary>The coordinates of one point, before warping.</summary>
    /// <param name="codes">The code of each of the space's parameters; NaN where it is absent.</param>
    /// <param name="coordinates">Receives them.</param>
    public void Place(ReadOnlySpan<double> codes, Span<double> coordinates)
    {
        for (var f = 0; f < coordinates.Length; f++)
        {
            var code = codes[Places[Owners[f]]];
            var absent = double.IsNaN(code);
            coordinates[f] = f >= Count ? (absent ? Off : 0)
                : !absent ? code
                : IsChoice[f] ? -1
                : Middle;
        }
    }

    /// <summary>The coordinates of several points, [coordinate][point].</summary>
    public double[][] PlaceAll(IReadOnlyList<double[]> codes)
    {
        var rows = new double[Coordinates][];
        for (var f = 0; f < rows.Length; f++)
            rows[f] = new double[codes.Count];
        Span<double> point = new double[Coordinates];
        for (var k = 0; k < codes.Count; k++)
        {
            Place(codes[k], point);
            for (var f = 0; f < rows.Length; f++)
                rows[f][k] = point[f];
        }

        return rows;
    }
}
