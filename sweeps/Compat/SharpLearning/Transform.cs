namespace TuneGraph.Compat.SharpLearning;

/// <summary>How a range is covered.</summary>
public enum Transform
{
    /// <summary>Evenly.</summary>
    Linear,

    /// <summary>Evenly in orders of magnitude; the range lies above 0.</summary>
    Log10,

    /// <summary>
    /// Evenly in the orders of magnitude of 1 − x, as suits decay rates such as 0.9…0.999; the range lies below 1.
    /// </summary>
    ExponentialAverage,
}
