using System.Collections.Immutable;
using System.Numerics;

namespace TuneGraph.Training;

/// <summary>
/// Two rooms that a backward pass fills by turns with the gradients of some layers each, for ranks that hand gradients
/// on as they come and keep only a shard of them.
/// </summary>
internal sealed unsafe class GradientWindows<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Slack = 64;

    private readonly ImmutableArray<ArenaRange> _gaps;
    private readonly NativeArray<T> _rooms;
    private readonly long _roomLength;

    /// <param name="plan">The finished plan of the model.</param>
    /// <param name="length">Elements at which a window is closed; layers are never divided.</param>
    public GradientWindows(ArenaPlan plan, int length)
    {
        var groups = new List<ArenaRange>();
        var end = plan.Length;
        foreach (var border in plan.Borders.Reverse())
        {
            if (border == end || (end - border < length && border > 0))
                continue;
            groups.Add(new ArenaRange(border, end - border));
            end = border;
        }
        Groups = [.. groups];
        _gaps = [.. Gaps(plan)];
        _roomLength = groups.Count == 0 ? 0 : groups.Max(group => group.Length);
        _rooms = new NativeArray<T>((Math.Min(2, groups.Count) * _roomLength) + Slack);
    }

    /// <summary>
    /// The layers that share a window, from the last to the first: the order in which they are filled.
    /// </summary>
    public ImmutableArray<ArenaRange> Groups { get; }

    /// <summary>Elements of memory taken.</summary>
    public long Length => _rooms.Length;

    /// <summary>Where the gradient of a place in the arena is written.</summary>
    public T* At(int place)
    {
        var group = GroupOf(place);
        return _rooms.Pointer + (group % 2 * _roomLength) + (place - Groups[group].Start);
    }

    /// <summary>Clears what layers do not write: the gaps between them, which must not add to norms.</summary>
    public void Open(int group)
    {
        foreach (var gap in _gaps)
        {
            if (gap.Start >= Groups[group].Start && gap.Start < Groups[group].Start + Groups[group].Length)
                new Span<T>(At(gap.Start), gap.Length).Clear();
        }
    }

    public void Dispose() => _rooms.Dispose();

    private static IEnumerable<ArenaRange> Gaps(ArenaPlan plan)
    {
        var end = 0;
        foreach (var range in plan.Parameters.Select(place => place.Range).Append(new ArenaRange(plan.Length, 0)))
        {
            if (range.Start > end)
                yield return new ArenaRange(end, range.Start - end);
            end = range.Start + range.Length;
        }
    }

    private int GroupOf(int place)
    {
        var (low, high) = (0, Groups.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (place >= Groups[middle].Start)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
}
