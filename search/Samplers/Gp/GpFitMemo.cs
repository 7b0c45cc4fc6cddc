namespace TuneGraph.Search;

/// <summary>
/// Remembers the last fit of each quantity of a study: the same observations give the same fit, whether it is
/// remembered or not, so that suggestions stay a function of the log. Not every trial needs a fit: it uses the first c
/// of n observations, where c goes in steps of about n/16.
/// </summary>
internal sealed class GpFitMemo : LogIndex
{
    /// <summary>The number of the trials' costs among the quantities.</summary>
    public const int Costs = int.MinValue;

    private const int MostFitted = 256; // the time grows with the cube
    private const int StepsEachDoubling = 32;

    private readonly Dictionary<(int Quantity, bool WarpOutputs), Entry> _entries = [];

    /// <summary>The fit to the first c of these observations.</summary>
    /// <param name="quantity">Which: 0 for the objective, below 0 further ones, from 1 the constraints.</param>
    /// <param name="axes">The axes.</param>
    /// <param name="codes">The codes of each observation.</param>
    /// <param name="values">The observed values.</param>
    /// <param name="warpOutputs">Whether warping the values is considered.</param>
    /// <param name="warpInputs">Whether warping the axes is considered; the same in all calls.</param>
    public GpFit Fit(
        int quantity, GpAxes axes, double[][] codes, double[] values, bool warpOutputs, bool warpInputs)
    {
        var count = CountFor(Math.Min(values.Length, MostFitted));
        var fresh = new Entry(axes.Space, codes[..count], values[..count], null);
        if (_entries.TryGetValue((quantity, warpOutputs), out var kept) && kept.Matches(fresh))
            return kept.Fit!;
        var centred = fresh.Values.ToArray();
        OutputWarp.Center(centred);
        var fit = GpFit.Of(axes, fresh.Codes, centred, warpOutputs, warpInputs);
        _entries[(quantity, warpOutputs)] = fresh with { Fit = fit };
        return fit;
    }

    internal static int CountFor(int observations)
    {
        var step = 1;
        while (observations / step >= StepsEachDoubling)
            step *= 2;
        return observations - (observations % step);
    }

    /// <summary>Only what is asked for is remembered.</summary>
    protected override void Apply(StudyEvent @event)
    {
    }

    private sealed record Entry(SearchSpace Space, double[][] Codes, double[] Values, GpFit? Fit)
    {
        public bool Matches(Entry other)
        {
            if (!ReferenceEquals(Space, other.Space) || !Values.AsSpan().SequenceEqual(other.Values))
                return false;
            for (var k = 0; k < Codes.Length; k++)
            {
                if (!Codes[k].AsSpan().SequenceEqual(other.Codes[k])) // NaN equals NaN here
                    return false;
            }

            return true;
        }
    }
}
