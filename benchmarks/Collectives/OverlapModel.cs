namespace TuneGraph.Benchmarks;

/// <summary>Seconds per step, the mean over one turn on one rank.</summary>
/// <param name="Step">The whole step.</param>
/// <param name="Backward">Its backward pass.</param>
/// <param name="Exposed">The wait for gradients after it.</param>
/// <param name="Communication">Time inside collectives.</param>
internal readonly record struct OverlapTimes(double Step, double Backward, double Exposed, double Communication);

/// <summary>What trains while it communicates.</summary>
internal interface IOverlapModel
{
    /// <summary>
    /// Trains with buckets of so many KiB, 0 for one sum after the backward pass; tells of every turn.
    /// </summary>
    void Train(int bucketKib, Action<OverlapTimes> onTurn);
}
