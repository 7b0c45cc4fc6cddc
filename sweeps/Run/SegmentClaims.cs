using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>A study that trains segments, as far as it matters whether others may wait for it.</summary>
/// <param name="Study">The study.</param>
/// <param name="Resources">What it may have of the workers.</param>
/// <param name="Needs">What each of its ranks takes.</param>
internal sealed record SegmentTrainer(string Study, ResourceSpec Resources, ResourceVector Needs)
{
    public static SegmentTrainer Of(SweepSpec spec) => new(spec.Name, spec.Resources, ResourceSpec.OfRank(spec));

    /// <summary>
    /// Whether its turn comes no later than the other's would: nothing keeps it from a worker that would not keep the
    /// other from it too.
    /// </summary>
    public bool ComesBefore(SegmentTrainer other) =>
        Resources.Priority >= other.Resources.Priority
        && (Resources.Quota ?? int.MaxValue) >= (other.Resources.Quota ?? int.MaxValue)
        && Resources.Labels.All(other.Resources.Labels.Contains)
        && Needs.Cores <= other.Needs.Cores
        && Needs.MemoryBytes <= other.Needs.MemoryBytes
        && Needs.Accelerators <= other.Needs.Accelerators;
}

/// <summary>
/// Which study trains which segment, by its content key, and which others wait for it. Whoever holds a claim has given
/// its task to the graph and waits for nobody, so that no circle of waiting studies can come to be. Claims live as long
/// as the process: studies that go on claim anew. Safe to use from several threads.
/// </summary>
internal sealed class SegmentClaims
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Claim> _claims = [];

    /// <summary>A study is to train a segment.</summary>
    /// <param name="key">The segment.</param>
    /// <param name="trainer">The study.</param>
    /// <param name="freed">
    /// Called once where it waits: whoever trains the segment does so no more, however that ended.
    /// </param>
    /// <returns>Whether it does train it: nobody is before it; else it waits.</returns>
    public bool TryTake(string key, SegmentTrainer trainer, Action freed)
    {
        lock (_lock)
        {
            if (!_claims.TryGetValue(key, out var claim))
                _claims.Add(key, new Claim(trainer));
            else if (claim.Trainer.Study != trainer.Study && claim.Trainer.ComesBefore(trainer))
                claim.Waiting.Add((trainer.Study, freed));
            else
                claim.Trainer = trainer; // it trains it too, and those who come now wait for the sooner one
            return claim?.Trainer is not { } other || other.Study == trainer.Study;
        }
    }

    /// <summary>A study trains a segment no more.</summary>
    /// <param name="key">The segment.</param>
    /// <param name="study">The study.</param>
    /// <param name="isDone">Whether it was trained to its end: then nobody waits any longer, whoever else is at it.
    /// </param>
    public void Release(string key, string study, bool isDone)
    {
        Claim? claim;
        lock (_lock)
        {
            if (!_claims.TryGetValue(key, out claim) || (claim.Trainer.Study != study && !isDone))
                return;
            _claims.Remove(key);
        }

        claim.Waiting.ForEach(waiting => waiting.Freed());
    }

    /// <summary>A study has ended or is left: it neither trains nor waits any more.</summary>
    public void Leave(string study)
    {
        List<string> held;
        lock (_lock)
        {
            foreach (var claim in _claims.Values)
                claim.Waiting.RemoveAll(waiting => waiting.Study == study);
            held = [.. _claims.Where(claim => claim.Value.Trainer.Study == study).Select(claim => claim.Key)];
        }

        held.ForEach(key => Release(key, study, isDone: false));
    }

    /// <summary>What a study waits for, in words; null when it waits for no other one.</summary>
    public string? WhyWaiting(string study)
    {
        lock (_lock)
        {
            var (key, claim) = _claims.FirstOrDefault(one => one.Value.Waiting.Exists(each => each.Study == study));
            return claim is null
                ? null
                : $"the segment {key} waits for the study '{claim.Trainer.Study}', which trains the same one; its "
                    + "steps are taken over then, and trained here if that comes to nothing";
        }
    }

    private sealed class Claim(SegmentTrainer trainer)
    {
        public SegmentTrainer Trainer { get; set; } = trainer;

        public List<(string Study, Action Freed)> Waiting { get; } = [];
    }
}
