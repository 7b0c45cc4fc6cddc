namespace TuneGraph.Collectives;

/// <summary>Where a rank was when it was last heard of.</summary>
/// <param name="Call">The last call that it entered.</param>
/// <param name="Inside">Whether it is still in that call.</param>
/// <param name="Departed">Whether it has left the group for good.</param>
public readonly record struct RankStatus(CollectiveCall Call, bool Inside, bool Departed)
{
    /// <summary>For people: <c>in all-gather #183 (…)</c>.</summary>
    public override string ToString()
    {
        if (Departed) return Call.Kind == CollectiveKind.None ? "left before any call" : $"left after {Call}";
        if (Call.Kind == CollectiveKind.None) return "has made no call yet";
        return Inside ? $"is in {Call}" : $"has finished {Call} and not called again";
    }
}
