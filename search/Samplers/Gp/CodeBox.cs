namespace TuneGraph.Search;

/// <summary>Where the codes of numeric parameters may lie, by their places in the space.</summary>
internal sealed record CodeBox(double[] Low, double[] High)
{
    /// <summary>All of a space.</summary>
    public static CodeBox Whole(SearchSpace space)
    {
        var high = new double[space.Parameters.Length];
        high.AsSpan().Fill(1);
        return new(new double[high.Length], high);
    }
}
