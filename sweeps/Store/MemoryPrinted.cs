namespace TuneGraph;

/// <summary>What trials printed, in memory and within the limits of <see cref="PrintedLine"/>.</summary>
internal sealed class MemoryPrinted
{
    private readonly List<StoredLine> _lines = [];
    private readonly Dictionary<(string, int), long> _sizes = [];
    private long _size;

    public void Write(LinesPrinted printed, int attempt, DateTimeOffset now)
    {
        var key = (printed.TaskKey, attempt);
        foreach (var line in printed.Lines)
        {
            var before = _sizes.GetValueOrDefault(key);
            (_size, _sizes[key]) = (_size + line.Size, before + line.Size);
            _lines.Add(new StoredLine(_size, now, printed.Trial, printed.TaskKey, attempt, before, line));
        }

        var least = _sizes.GetValueOrDefault(key) - PrintedLine.MostOfAttempt;
        _lines.RemoveAll(line => line.Place <= _size - PrintedLine.MostOfStudy
            || ((line.TaskKey, line.Attempt) == key && line.Before + line.Line.Size <= least));
    }

    public IReadOnlyList<StoredLine> Read(PrintedQuery query)
    {
        var fitting = _lines.Where(line => Fits(line, query));
        return [.. query.OldestFirst ? fitting.Take(query.Most) : fitting.TakeLast(query.Most)];
    }

    private static bool Fits(StoredLine line, PrintedQuery query) =>
        (query.Trial is null || line.Trial == query.Trial)
        && (query.TaskKey is null || line.TaskKey == query.TaskKey)
        && (query.Attempt is null || line.Attempt == query.Attempt)
        && (query.Rank is null || line.Line.Rank == query.Rank)
        && (!query.ErrorsOnly || line.Line.IsError)
        && line.Place > query.After
        && (query.Text is null || line.Line.Text.Contains(query.Text, StringComparison.OrdinalIgnoreCase));
}
