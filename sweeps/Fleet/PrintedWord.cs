using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>What the ranks of an order printed, as their worker tells it.</summary>
/// <param name="Lines">The lines, in order.</param>
internal sealed record PrintedWord(ImmutableArray<PrintedLine> Lines)
{
    // A worker holds no more than this until it tells it.
    private const int Most = 2 * TrialOutput.MostHeld;

    /// <summary>The lines as a scheduler takes them, whatever the worker is: clean, and not too many.</summary>
    public ImmutableArray<PrintedLine> Cleaned()
    {
        var size = 0;
        return Lines.IsDefaultOrEmpty
            ? []
            :
            [
                .. Lines.Select(line => PrintedLine.Of(line.Rank, line.IsError, line.Text ?? ""))
                    .TakeWhile(line => (size += line.Size) <= Most),
            ];
    }
}
