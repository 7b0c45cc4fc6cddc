namespace TuneGraph.Search;

/// <summary>A point that a trial evaluates, as the strategy sees it.</summary>
/// <param name="Run">The run (the number of restarts before it) that drew it; −1 for a point from elsewhere.</param>
/// <param name="Generation">The generation that drew it.</param>
/// <param name="Raw">The drawn point x, before the margin's stretching; empty for a point from elsewhere.</param>
/// <param name="Codes">Where it is evaluated; NaN in dimensions that a point from elsewhere lacks.</param>
/// <param name="Choices">The indices of its choices; −1 likewise.</param>
internal sealed record CmaCandidate(int Run, int Generation, double[] Raw, double[] Codes, int[] Choices);

/// <summary>
/// The order among told trials: completed ones by loss, then pruned and paused ones by the step they reached and the
/// loss there, then infeasible ones.
/// </summary>
internal readonly record struct CmaRank(int Class, int MinusStep, double Loss, int Number) : IComparable<CmaRank>
{
    public static CmaRank Completed(double loss, int number) => new(0, 0, loss, number);

    public static CmaRank Stopped(int? step, double loss, int number) =>
        step is { } reached ? new(1, -reached, loss, number) : new(2, 0, 0, number);

    public static CmaRank Infeasible(double violation, int number) => new(3, 0, violation, number);

    public int CompareTo(CmaRank other) => Class != other.Class ? Class.CompareTo(other.Class)
        : MinusStep != other.MinusStep ? MinusStep.CompareTo(other.MinusStep)
        : Loss.CompareTo(other.Loss) is var order and not 0 ? order
        : Number.CompareTo(other.Number);
}
