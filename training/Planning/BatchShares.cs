using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>
/// Which part of every batch each rank takes: by its speed, so that all are done at the same time. The gradient stays
/// that of the whole batch, since every row counts the same wherever it is computed. Immutable.
/// </summary>
public sealed class BatchShares
{
    /// <summary>No rank gets more than so many times an equal part: it must be within its memory.</summary>
    internal const double MostTimes = 2;

    private const double LeastTimes = 0.1;
    private readonly double[] _ends;        // sums of the shares up to each rank

    private BatchShares(ImmutableArray<double> shares)
    {
        Shares = shares;
        _ends = new double[shares.Length];
        var sum = 0.0;
        for (var rank = 0; rank < _ends.Length; rank++)
            _ends[rank] = sum += shares[rank];
    }

    /// <summary>Each rank's part; their sum is 1.</summary>
    public ImmutableArray<double> Shares { get; }

    /// <summary>Equal parts.</summary>
    /// <param name="ranks">Number of ranks, at least 1.</param>
    public static BatchShares Equal(int ranks) => new([.. Enumerable.Repeat(1.0 / ranks, ranks)]);

    /// <summary>A rank's contiguous part of some rows; the parts of all ranks are all rows, in rank order.</summary>
    /// <param name="rank">Which rank.</param>
    /// <param name="count">Number of rows.</param>
    public (int From, int End) Of(int rank, int count) => (Border(rank - 1, count), Border(rank, count));

    /// <summary>
    /// Half way from these shares to those that are proportional to measured speeds, so that one slow epoch does not
    /// turn everything over; between a tenth of an equal part and twice of it.
    /// </summary>
    /// <param name="paces">Of all ranks; one without passes counts as fast as the mean.</param>
    /// <exception cref="ArgumentException">There are not as many as ranks.</exception>
    public BatchShares Next(ReadOnlySpan<RankPace> paces)
    {
        if (paces.Length != Shares.Length)
            throw new ArgumentException($"{paces.Length} paces for {Shares.Length} ranks.", nameof(paces));
        var speeds = new double[paces.Length];
        for (var rank = 0; rank < speeds.Length; rank++)
        {
            var seconds = paces[rank].Passes * paces[rank].MeanSeconds;
            speeds[rank] = seconds > 0 ? paces[rank].Rows / seconds : double.NaN;
        }
        var mean = speeds.Where(double.IsFinite).DefaultIfEmpty(1).Average();
        for (var rank = 0; rank < speeds.Length; rank++)
            speeds[rank] = double.IsFinite(speeds[rank]) ? speeds[rank] : mean;
        var sum = speeds.Sum();
        return new(Bounded([.. Shares.Zip(speeds, (share, speed) => (share + (speed / sum)) / 2)]));
    }

    private static ImmutableArray<double> Bounded(double[] shares)
    {
        var (low, high) = (LeastTimes / shares.Length, Math.Min(1, MostTimes / shares.Length));
        // What one bound takes or gives is spread over those within: a few rounds settle it.
        for (var round = 0; round < 32; round++)
        {
            for (var i = 0; i < shares.Length; i++)
                shares[i] = Math.Clamp(shares[i], low, high);
            var missing = 1 - shares.Sum();
            if (Math.Abs(missing) < 1e-12)
                break;
            var room = shares.Select(share => missing > 0 ? high - share : share - low).ToArray();
            var all = room.Sum();
            for (var i = 0; i < shares.Length && all > 0; i++)
                shares[i] += missing * room[i] / all;
        }
        return [.. shares];
    }

    private int Border(int rank, int count) =>
        rank < 0 ? 0 : rank == _ends.Length - 1 ? count : (int)((count * _ends[rank]) + 1e-9);
}
