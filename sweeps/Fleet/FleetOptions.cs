using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>Settings of a scheduler's fleet of workers.</summary>
internal sealed record FleetOptions
{
    /// <summary>
    /// How long a worker may be silent before it counts as lost and its attempts start elsewhere. At least 100 ms;
    /// 15 s by default.
    /// </summary>
    public TimeSpan Lease
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromMilliseconds(100), nameof(Lease));
            field = value;
        }
    } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How many processes or workers a segment may take down before its trial fails for it. At least 1; 3 by default.
    /// </summary>
    public int KillsToPoison
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(KillsToPoison));
            field = value;
        }
    } = 3;

    /// <summary>
    /// How long an attempt that is to end may go on: after that its slots are given to others. Workers kill what does
    /// not end by itself a second earlier. At least 1 s; 5 s by default.
    /// </summary>
    public TimeSpan StopGrace
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromSeconds(1), nameof(StopGrace));
            field = value;
        }
    } = TimeSpan.FromSeconds(5);

    internal TaskGraphOptions Graph => new() { KillsToPoison = KillsToPoison };
}
