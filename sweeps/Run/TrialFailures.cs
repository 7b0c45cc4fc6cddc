using TuneGraph.Search;

namespace TuneGraph;

/// <summary>The trials of a running sweep that failed. Used by the runner's loop only.</summary>
internal sealed class TrialFailures(Study study)
{
    private int _count;
    private int? _last;

    public void Add(int trial) => (_count, _last) = (_count + 1, trial);

    /// <summary>Why the sweep should give up after so many; null while it should not.</summary>
    public string? TooMany(int? most) =>
        _count >= most
            ? $"{_count} trials failed, and budget.maxFailed is {most}; the last one: {Last()}"
            : null;

    /// <summary>Why no trial completed.</summary>
    public string WhyNoResult()
    {
        var trials = study.Trials.Count;
        return _count == 0
            ? $"none of {trials} trials completed"
            : $"none of {trials} trials completed and {_count} failed; the last one: {Last()}";
    }

    private string Last() => _last is { } last ? $"trial {last}: {study.Trials[last].Reason}" : "";
}
