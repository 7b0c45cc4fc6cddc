namespace TuneGraph;

/// <summary>
/// Which study's worker has which segment, by its content key, and which others wait for it. While no worker has a
/// segment, every study that needs it gives its task to the graph, and whichever gets a worker first trains it; the
/// others take theirs back and wait. So nobody waits for a task that waits itself, however long that does, and no
/// circle of waiting studies can come to be. Claims live as long as the process: studies that go on claim anew. Safe to
/// use from several threads.
/// </summary>
internal sealed class SegmentClaims
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Claim> _claims = [];

    /// <summary>A study needs a segment.</summary>
    /// <param name="key">The segment.</param>
    /// <param name="study">The study.</param>
    /// <param name="taken">
    /// Called where it gives its task to the graph, once another study's worker has the segment.
    /// </param>
    /// <param name="freed">Called where it waits, once that worker has it no more, however that ended.</param>
    /// <returns>Whether it gives its task to the graph: no worker of another study has it. Else it waits.</returns>
    public bool TryTake(string key, string study, Action taken, Action freed)
    {
        lock (_lock)
        {
            var claim = ClaimOfNeedsLock(key);
            if (claim.IsOpenTo(study))
            {
                claim.Queued[study] = taken;
                return true;
            }

            claim.Waiting.Add((study, freed));
            return false;
        }
    }

    /// <summary>A worker is to begin a study's segment.</summary>
    /// <returns>Whether it may: no worker of another study has it.</returns>
    public bool TryBegin(string key, string study)
    {
        List<Action> others;
        lock (_lock)
        {
            var claim = ClaimOfNeedsLock(key);
            if (!claim.IsOpenTo(study))
                return false;
            claim.Trainer = study;
            others = claim.QueuedBut(study);
        }

        others.ForEach(taken => taken());
        return true;
    }

    /// <summary>A study's worker has the segment no more, and it is not trained: whoever gets one next may.</summary>
    public void Return(string key, string study)
    {
        List<Action> waiting;
        lock (_lock)
        {
            if (!_claims.TryGetValue(key, out var claim) || claim.Trainer != study)
                return;
            waiting = claim.Free();
        }

        waiting.ForEach(freed => freed());
    }

    /// <summary>A study neither has nor needs a segment any more.</summary>
    /// <param name="key">The segment.</param>
    /// <param name="study">The study.</param>
    /// <param name="isDone">Whether it was trained to its end: then nobody need train it, whoever is at it.</param>
    public void Release(string key, string study, bool isDone)
    {
        List<Action> told = [];
        lock (_lock)
        {
            if (!_claims.TryGetValue(key, out var claim))
                return;
            claim.Queued.Remove(study);
            if (isDone)
                told.AddRange(claim.QueuedBut(study));
            if (isDone || claim.Trainer == study)
                told.AddRange(claim.Free());
            if (isDone || claim.IsIdle)
                _claims.Remove(key);
        }

        told.ForEach(tell => tell());
    }

    /// <summary>A study has ended or is left: it neither trains nor waits any more.</summary>
    public void Leave(string study)
    {
        List<string> keys;
        lock (_lock)
        {
            foreach (var claim in _claims.Values)
                claim.Waiting.RemoveAll(waiting => waiting.Study == study);
            keys = [.. _claims.Keys];
        }

        keys.ForEach(key => Release(key, study, isDone: false));
    }

    /// <summary>What a study waits for, in words; null when it waits for no other one.</summary>
    public string? WhyWaiting(string study)
    {
        lock (_lock)
        {
            var (key, claim) = _claims.FirstOrDefault(one => one.Value.Waiting.Exists(each => each.Study == study));
            return claim is null
                ? null
                : $"the segment {key} waits for the study '{claim.Trainer}', which trains the same one; its steps are "
                    + "taken over then, and trained here if that comes to nothing";
        }
    }

    private Claim ClaimOfNeedsLock(string key)
    {
        if (!_claims.TryGetValue(key, out var claim))
            _claims.Add(key, claim = new Claim());
        return claim;
    }

    private sealed class Claim
    {
        /// <summary>The study whose worker has the segment; null while none has.</summary>
        public string? Trainer { get; set; }

        /// <summary>Studies whose tasks are in the graph, that of the trainer among them.</summary>
        public Dictionary<string, Action> Queued { get; } = [];

        public List<(string Study, Action Freed)> Waiting { get; } = [];

        public bool IsIdle => Trainer is null && Queued.Count == 0 && Waiting.Count == 0;

        public bool IsOpenTo(string study) => Trainer is null || Trainer == study;

        public List<Action> QueuedBut(string study) =>
            [.. Queued.Where(one => one.Key != study).Select(one => one.Value)];

        /// <returns>Tells those who have waited.</returns>
        public List<Action> Free()
        {
            Trainer = null;
            List<Action> freed = [.. Waiting.Select(one => one.Freed)];
            Waiting.Clear();
            return freed;
        }
    }
}
