namespace TuneGraph.Search;

/// <summary>The trials of past studies that a study was given, by study, in the order in which they came.</summary>
internal sealed class PastTrials : LogIndex
{
    private readonly OrderedDictionary<string, List<TrialImported>> _studies = [];

    /// <summary>The names of the studies.</summary>
    public IReadOnlyList<string> Names => _studies.Keys;

    /// <summary>The fits of their models and of this study's.</summary>
    public GpFitMemo Memo { get; } = new();

    /// <summary>The trials of one study.</summary>
    public IReadOnlyList<TrialImported> Of(string study) => _studies[study];

    protected override void Apply(StudyEvent @event)
    {
        if (@event is not TrialImported imported)
            return;
        if (!_studies.TryGetValue(imported.Study, out var trials))
            _studies.Add(imported.Study, trials = []);
        trials.Add(imported);
    }
}
