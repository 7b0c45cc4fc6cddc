namespace TuneGraph.Search;

/// <summary>
/// One dimension of a <see cref="ParzenEstimator"/>: a density for each observation, and the prior's last.
/// </summary>
internal abstract class KernelAxis
{
    public static KernelAxis Fit(
        Distribution distribution, ReadOnlySpan<double> codes, double narrowing, TpeScratch scratch) =>
        distribution is CategoricalDistribution { Ordered: false } choice
            ? new CategoricalAxis(choice, codes, scratch)
            : new NumericAxis(distribution, codes, narrowing, scratch);

    /// <summary>A code drawn from one kernel, the code of a value of the distribution.</summary>
    public abstract double Draw(int kernel, SearchRandom random);

    /// <summary>
    /// Adds to each kernel's entry the part of its log density that does not depend on where it is asked.
    /// </summary>
    public abstract void AddConstants(Span<double> sums);

    /// <summary>Says where the density will be asked: the codes of the candidates.</summary>
    public abstract void Ask(ReadOnlySpan<double> codes);

    /// <summary>Adds the other part for one candidate and the kernels from this one on.</summary>
    public abstract void AddLogDensity(int candidate, int first, Span<double> sums);
}
