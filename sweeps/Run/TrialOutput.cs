using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// Gathers what an attempt prints until it is taken: lines, with what is no whole line yet kept back. Bounded: what
/// comes faster than it is taken pushes the oldest out, and a line tells so. Safe to use from several threads.
/// </summary>
/// <param name="mask">Takes secrets out.</param>
/// <param name="came">Told when there is something to take where there was nothing.</param>
internal sealed class TrialOutput(SecretMask mask, Action? came = null)
{
    /// <summary>So many characters are held until they are taken.</summary>
    public const int MostHeld = 64 * 1024;

    // A program that writes no line ends must not fill the memory.
    private const int LongestPart = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<PrintedLine> _lines = [];
    private readonly Dictionary<(int? Rank, bool IsError), StringBuilder> _parts = [];
    private int _held;
    private long _dropped;

    /// <summary>Adds what was written, which may be part of a line.</summary>
    public void Write(int? rank, bool isError, ReadOnlySpan<char> text)
    {
        lock (_lock)
        {
            if (!_parts.TryGetValue((rank, isError), out var part))
                _parts.Add((rank, isError), part = new StringBuilder());
            while (text.IndexOf('\n') is >= 0 and var end)
            {
                part.Append(text[..end]);
                AddNeedsLock(rank, isError, part);
                text = text[(end + 1)..];
            }

            part.Append(text);
            if (part.Length > LongestPart)
                AddNeedsLock(rank, isError, part);
        }

        TellIfAny();
    }

    /// <summary>Adds lines.</summary>
    public void Add(params IEnumerable<PrintedLine> lines)
    {
        lock (_lock)
        {
            foreach (var line in lines)
                AddNeedsLock(line with { Text = mask.Hide(line.Text) });
        }

        TellIfAny();
    }

    /// <summary>
    /// Adds an error, behind what was printed before it: with its stack, unless that a training diverged says it all.
    /// </summary>
    public void Add(Exception error)
    {
        var text = error is TrainingDivergedException ? error.Message : error.ToString();
        lock (_lock)
        {
            EndPartsNeedsLock();
            foreach (var line in PrintedLine.All(rank: null, isError: true, mask.Hide(text)))
                AddNeedsLock(line);
        }

        TellIfAny();
    }

    /// <summary>What has come since the last time; empties it.</summary>
    /// <param name="isLast">Whether nothing more will come: then a line without an end is one, too.</param>
    public ImmutableArray<PrintedLine> Take(bool isLast = false)
    {
        lock (_lock)
        {
            if (isLast)
                EndPartsNeedsLock();
            ImmutableArray<PrintedLine> missing = _dropped == 0
                ? []
                : [new(null, IsError: true, string.Create(
                    CultureInfo.InvariantCulture,
                    $"[{_dropped} lines are left out here: they came faster than {MostHeld / 1024} KB at a time]"))];
            ImmutableArray<PrintedLine> taken = [.. missing, .. _lines];
            _lines.Clear();
            (_held, _dropped) = (0, 0);
            return taken;
        }
    }

    private void EndPartsNeedsLock()
    {
        foreach (var ((rank, isError), part) in _parts.Where(each => each.Value.Length > 0))
            AddNeedsLock(rank, isError, part);
    }

    private void AddNeedsLock(int? rank, bool isError, StringBuilder part)
    {
        AddNeedsLock(PrintedLine.Of(rank, isError, mask.Hide(part.ToString())));
        part.Clear();
    }

    private void AddNeedsLock(PrintedLine line)
    {
        _lines.Enqueue(line);
        _held += line.Size;
        while (_held > MostHeld && _lines.TryDequeue(out var oldest))
        {
            _held -= oldest.Size;
            _dropped++;
        }
    }

    private void TellIfAny()
    {
        bool isAny;
        lock (_lock)
            isAny = _lines.Count > 0;
        if (isAny)
            came?.Invoke();
    }
}
