using System.Globalization;

namespace TuneGraph.Dashboard;

/// <summary>
/// What became of an order, kept until the page that is shown next tells it. The address carries its number alone, so
/// that no link can put words into this page's mouth.
/// </summary>
internal sealed class Notices
{
    private const int Most = 64;

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, Notice> _kept = [];
    private long _count;

    /// <returns>Its number for the address.</returns>
    public string Add(string text, bool isFault)
    {
        lock (_lock)
        {
            var number = (++_count).ToString(CultureInfo.InvariantCulture);
            _kept.Add(number, new Notice(text, isFault));
            if (_kept.Count > Most)
                _kept.RemoveAt(0);
            return number;
        }
    }

    /// <summary>A notice, told once; null when there is none of that number.</summary>
    public Notice? Take(string? number)
    {
        lock (_lock)
            return number is not null && _kept.Remove(number, out var notice) ? notice : null;
    }
}

/// <summary>A sentence about an order.</summary>
/// <param name="Text">The sentence.</param>
/// <param name="IsFault">Whether it was not followed.</param>
internal sealed record Notice(string Text, bool IsFault);
