namespace TuneGraph.Search;

/// <summary>What <see cref="GpSampler"/> looks for in the next trial.</summary>
public enum GpAcquisition
{
    /// <summary>The largest expected improvement; with several objectives, of the front's hypervolume.</summary>
    Improvement,

    /// <summary>
    /// The largest expected improvement per unit of cost, as far as costs were told (see <see cref="Trial.Cost"/>). The
    /// cost counts less and less as the study's budget is spent.
    /// </summary>
    ImprovementPerCost,
}
