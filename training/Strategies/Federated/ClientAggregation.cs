namespace TuneGraph.Training;

/// <summary>How the clients' updates become one.</summary>
public enum ClientAggregation
{
    /// <summary>Their mean, by the clients' rows.</summary>
    Mean,

    /// <summary>The median of each coordinate; Yin et al. 2018, arXiv:1803.01498, definition 1.</summary>
    Median,

    /// <summary>The mean of each coordinate without its extremes; the same, definition 2.</summary>
    TrimmedMean,

    /// <summary>The update that has the nearest neighbours; Blanchard et al. 2017 (Krum), section 3.</summary>
    Krum,
}
