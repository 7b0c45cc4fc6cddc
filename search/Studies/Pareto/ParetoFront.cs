namespace TuneGraph.Search;

/// <summary>The trials that no other one dominates, kept up to date trial by trial.</summary>
internal sealed class ParetoFront
{
    private readonly List<(Trial Trial, double[] Losses)> _members = []; // by number
    private Trial[]? _trials;

    public IReadOnlyList<Trial> Trials => _trials ??= [.. _members.Select(member => member.Trial)];

    public void Add(Trial trial, double[] losses)
    {
        if (_members.Exists(member => Dominance.Dominates(member.Losses, losses)))
            return;
        _members.RemoveAll(member => Dominance.Dominates(losses, member.Losses));
        var place = _members.FindLastIndex(member => member.Trial.Number < trial.Number) + 1;
        _members.Insert(place, (trial, losses));
        _trials = null;
    }
}
