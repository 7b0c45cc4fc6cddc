namespace TuneGraph.Search;

/// <summary>
/// The generations of a study, read from its log: so many trials that ended, in the order in which they were told, are
/// one. Parallel trials that end late belong to a later one; none is left out.
/// </summary>
internal sealed class Generations(StudyHistory history, NsgaOptions options, Survival survival) : LogIndex
{
    private const int TrialsPerParent = 50;
    private const int LeastParents = 10;
    private const int MostParents = 100;

    private readonly List<Trial> _newborn = [];
    private readonly HashSet<Configuration> _asked = [];
    private int _count;
    private int _told;

    /// <summary>Who may breed now; empty in the first generation.</summary>
    public IReadOnlyList<Individual> Parents { get; private set; } = [];

    /// <summary>Whether a trial was asked with this configuration.</summary>
    public bool Knows(Configuration configuration) => _asked.Contains(configuration);

    protected override void Apply(StudyEvent @event)
    {
        if (@event is TrialAsked asked)
            _asked.Add(asked.Configuration);
        if (@event is not TrialTold told)
            return;
        _newborn.Add(history.Trials[told.Number]);
        var population = options.PopulationSize ?? Math.Clamp(++_told / TrialsPerParent, LeastParents, MostParents);
        if (_newborn.Count < (_count == 0 ? population : options.GenerationSize))
            return;
        // Trials that failed, or of which nothing is known but that they cannot be, have nothing to pass on.
        var able = Parents.Select(parent => parent.Trial)
            .Concat(_newborn.Where(trial => double.IsFinite(trial.Violation)));
        var random = SearchRandom.For(history.Seed, _count++, "generation");
        Parents = survival.Choose(TrialFront.Of(history, able), population, random);
        _newborn.Clear();
    }
}
