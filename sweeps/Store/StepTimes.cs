using System.Collections.Immutable;
using System.Globalization;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>Where the time of one step of a trial went; of an epoch, with a built-in model.</summary>
/// <param name="ComputeSeconds">Forward and backward passes of rank 0.</param>
/// <param name="ExchangeSeconds">What rank 0 waited for gradients of other ranks.</param>
/// <param name="OptimizerSeconds">Clipping and the change of the parameters on rank 0.</param>
public sealed record StepTimes(double ComputeSeconds, double ExchangeSeconds, double OptimizerSeconds)
{
    private const int Fixed = 4;

    /// <summary>Payload bytes that rank 0 sent; 0 with one rank. Default 0.</summary>
    public long SentBytes { get; init; }

    /// <summary>
    /// Seconds that each rank computed, in rank order, without what it waited for others; empty where a strategy does
    /// not measure it. Default empty.
    /// </summary>
    public ImmutableArray<double> RankSeconds { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(StepTimes? other) =>
        other is not null
        && (ComputeSeconds, ExchangeSeconds, OptimizerSeconds, SentBytes)
            == (other.ComputeSeconds, other.ExchangeSeconds, other.OptimizerSeconds, other.SentBytes)
        && RankSeconds.AsSpan().SequenceEqual(other.RankSeconds.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(ComputeSeconds, ExchangeSeconds, OptimizerSeconds, SentBytes, RankSeconds.Length);

    /// <summary>What an epoch's report says; null where a strategy measured no times.</summary>
    internal static StepTimes? Of(EpochReport report)
    {
        var seconds = report.Seconds;
        return seconds == new StepSeconds(0, 0, 0, 0) && report.Paces.IsEmpty
            ? null
            : new StepTimes(seconds.Forward + seconds.Backward, seconds.Communication, seconds.Optimizer)
            {
                SentBytes = report.SentBytes,
                RankSeconds = [.. report.Paces.Select(pace => pace.Passes * pace.MeanSeconds)],
            };
    }

    /// <summary>As a store keeps it: numbers with blanks between them.</summary>
    internal string Encode() =>
        string.Join(' ', Array.ConvertAll(
            [ComputeSeconds, ExchangeSeconds, OptimizerSeconds, SentBytes, .. RankSeconds],
            static number => number.ToString("R", CultureInfo.InvariantCulture)));

    /// <summary>What <see cref="Encode"/> wrote.</summary>
    internal static StepTimes Decode(string text)
    {
        var numbers = Array.ConvertAll(text.Split(' '), one => double.Parse(one, CultureInfo.InvariantCulture));
        return new StepTimes(numbers[0], numbers[1], numbers[2])
        {
            SentBytes = (long)numbers[3],
            RankSeconds = [.. numbers.AsSpan(Fixed)],
        };
    }
}
