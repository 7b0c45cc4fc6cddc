namespace TuneGraph.Collectives;

/// <summary>
/// The groups that buckets go through by turns, all of the same ranks: while the messages of one are on their way,
/// those of the next are sent.
/// </summary>
internal sealed class BucketLanes : IDisposable
{
    private readonly ProcessGroup[] _groups;

    /// <summary>A collective.</summary>
    /// <param name="group">The first lane; stays the caller's.</param>
    /// <param name="count">Lanes; where memory is shared, or nobody else is there, one is all that helps.</param>
    internal BucketLanes(ProcessGroup group, int count)
    {
        _groups = new ProcessGroup[group.SharesMemory || group.WorldSize == 1 ? 1 : count];
        _groups[0] = group;
        int[] all = [.. Enumerable.Range(0, group.WorldSize)];
        try
        {
            for (var lane = 1; lane < _groups.Length; lane++) _groups[lane] = group.CreateSubGroup(all)!;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The lane of a bucket.</summary>
    internal ProcessGroup this[int bucket] => _groups[bucket % _groups.Length];

    internal TrafficCounters Traffic
    {
        get
        {
            long payload = 0, headers = 0, messages = 0;
            foreach (var group in _groups)
            {
                var (p, h, m) = group.Traffic;
                (payload, headers, messages) = (payload + p, headers + h, messages + m);
            }
            return new(payload, headers, messages);
        }
    }

    /// <summary>Ends all of them: what waits in one must not wait for what failed in another.</summary>
    internal void Abort(string reason)
    {
        foreach (var group in _groups) group.Abort(reason);
    }

    public void Dispose()
    {
        foreach (var group in _groups.Skip(1)) group?.Dispose();
    }
}
