using System.Collections.Immutable;

namespace TuneGraph.Worker;

/// <summary>
/// Tells the scheduler what the ranks of an order print, a bundle every half second; who runs the worker sees the
/// errors as well. While the scheduler is away the newest lines are held.
/// </summary>
internal sealed class PrintedLines(TrainingOrder order, SchedulerClient client, SecretMask mask)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);

    private ImmutableArray<PrintedLine> _untold = [];

    public TrialOutput Output { get; } = new(mask);

    /// <summary>Tells it until it is told to end. Never throws.</summary>
    public async Task TellAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(_pause, over));
            try
            {
                await TellAsync(isLast: false);
            }
            catch (SchedulerException)
            {
                // It is away, and comes back.
            }
        }
    }

    /// <summary>Tells what there is.</summary>
    /// <exception cref="SchedulerException">The scheduler is away; what it was to hear is held.</exception>
    public async Task TellAsync(bool isLast)
    {
        var come = Output.Take(isLast);
        RankChild.Echo($"trial {order.Trial} of '{order.Study}'", come);
        var lines = _untold.AddRange(come);
        if (lines.IsEmpty)
            return;
        try
        {
            _untold = [];
            await client.PrintAsync(order.Token, new PrintedWord(lines), CancellationToken.None);
        }
        catch (SchedulerException e) when (e.Code is "unreachable" or FleetCode.Ending)
        {
            var (size, first) = (0, lines.Length);
            while (first > 0 && (size += lines[first - 1].Text.Length + 1) <= TrialOutput.MostHeld)
                first--;
            _untold = lines[first..];
            throw;
        }
        catch (SchedulerException)
        {
            // It does not want them: an older one, or the order is another's.
        }
    }
}
