using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>What the ranks of an order printed, or the caller's program for a trial that it runs.</summary>
/// <param name="Lines">The lines, in order.</param>
internal sealed record PrintedWord(ImmutableArray<PrintedLine> Lines)
{
    // A worker holds no more than this until it tells it.
    private const int Most = 2 * TrialOutput.MostHeld;

    // One insert for each.
    private const int MostLines = 1000;

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

    /// <summary>The lines as a caller's program printed them, who is told where they cannot be taken.</summary>
    /// <exception cref="FleetException">There are none, too many, or one has no text.</exception>
    public ImmutableArray<PrintedLine> Checked()
    {
        if (Lines.IsDefaultOrEmpty || Lines.Any(line => line?.Text is null))
            throw new FleetException(
                FleetCode.BadRequest, "What was printed needs its 'lines', each with its 'text'.");
        var characters = Lines.Sum(line => (long)line.Size);
        if (Lines.Length > MostLines || characters > Most)
            throw new FleetException(
                FleetCode.BadRequest,
                $"There are {Lines.Length} lines with {characters} characters; at most {MostLines} lines and {Most} "
                    + "characters are taken at once, so send them in parts.");
        return [.. Lines.SelectMany(line => PrintedLine.All(line.Rank, line.IsError, line.Text))];
    }
}
