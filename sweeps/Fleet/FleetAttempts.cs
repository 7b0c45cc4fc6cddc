using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>The attempts that the workers of a fleet were given, and their parts by token. Not thread-safe.</summary>
internal sealed class FleetAttempts
{
    private readonly List<FleetAttempt> _all = [];
    private readonly Dictionary<string, FleetPart> _parts = [];

    /// <summary>Adds an attempt; its workers have its parts from now on.</summary>
    public void Add(FleetAttempt attempt)
    {
        _all.Add(attempt);
        foreach (var part in attempt.Parts)
        {
            _parts.Add(part.Token, part);
            part.Member.Parts.Add(part);
        }
    }

    /// <summary>The part with a token; null when it has ended.</summary>
    public FleetPart? Part(string token) => _parts.GetValueOrDefault(token);

    /// <summary>The attempt with a number at a task; null when it has ended.</summary>
    public FleetAttempt? Find(string study, TaskKey key, int number) =>
        _all.Find(attempt =>
            attempt.Study == study && attempt.Start.Key == key && attempt.Start.Attempt == number);

    /// <summary>A study's attempts: those at one task, or all.</summary>
    public IReadOnlyList<FleetAttempt> Of(string study, TaskKey? key = null) =>
        _all.FindAll(attempt => attempt.Study == study && (key is null || attempt.Start.Key == key));

    /// <summary>Those that count as ended by now, whoever has not answered.</summary>
    public IReadOnlyList<FleetAttempt> Late(TimeSpan now) => _all.FindAll(attempt => attempt.Deadline <= now);

    public bool Has(FleetAttempt attempt) => _all.Contains(attempt);

    /// <summary>Takes an attempt out with all its parts.</summary>
    public void Drop(FleetAttempt attempt)
    {
        _all.Remove(attempt);
        foreach (var part in attempt.Parts)
            Drop(part);
    }

    /// <summary>Takes a part out that has ended.</summary>
    public void Drop(FleetPart part)
    {
        _parts.Remove(part.Token);
        part.Member.Parts.Remove(part);
    }

    /// <summary>The attempt at a segment, <c>study.segment</c>, that is under way; null when there is none.</summary>
    public FleetAttempt? Gang(string name)
    {
        var cut = name.LastIndexOf('.');
        return cut < 0 ? null
            : Of(name[..cut], new TaskKey(name[(cut + 1)..])).FirstOrDefault(attempt => !attempt.IsOver);
    }

    /// <summary>The attempt whose leader has a token; null when it has ended or was lost: then the holder is late.
    /// </summary>
    public FleetAttempt? LedBy(string leaderToken) =>
        Part(leaderToken) is { FirstRank: 0, Attempt: { IsOver: false } attempt } ? attempt : null;

    /// <summary>A part of a gang has arrived at a step.</summary>
    /// <exception cref="FleetException">The token is of no part of it, or its attempt has ended.</exception>
    public FleetAttempt Arrive(string name, string orderToken, int step)
    {
        if (Part(orderToken) is not { Attempt: { IsOver: false } attempt } part || attempt != Gang(name))
            throw new FleetException(
                FleetCode.LeaseEnded, $"The order is of no running attempt of '{name}': another one may be under way.");
        part.Step = Math.Max(part.Step, step);
        return attempt;
    }

    /// <summary>The leader tells a step of a segment; by then all ranks have it behind them.</summary>
    /// <returns>False when its attempt has ended, or was lost: then it is late.</returns>
    public bool TryArrive(string leaderToken, TaskKey segment, int step)
    {
        if (LedBy(leaderToken) is not { } attempt || attempt.Start.Key != segment)
            return false;
        foreach (var part in attempt.Parts)
            part.Step = Math.Max(part.Step, step);
        return true;
    }
}
