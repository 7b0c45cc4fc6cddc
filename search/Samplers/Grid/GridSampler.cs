namespace TuneGraph.Search;

/// <summary>
/// Goes through all combinations of the parameters' values, each once, the last parameter changing fastest; inactive
/// parameters add no combinations. Trials that were enqueued, run or failed count as tried. Then it is exhausted.
/// </summary>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class GridSampler(GridOptions? options = null) : Sampler
{
    /// <summary>The settings.</summary>
    public GridOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public override string Name => "grid";

    /// <inheritdoc/>
    public override int MostObjectives => StudyOptions.MostObjectives;

    /// <inheritdoc/>
    public override bool NeedsSpace => true;

    /// <inheritdoc/>
    public override Configuration? Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(history);
        return history.Index(this, _ => new GridIndex(new GridWalk(space, Options))).FirstUntried();
    }

    /// <summary>How many combinations there are; <see cref="long.MaxValue"/> if that many or more.</summary>
    public long CountCombinations(SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        return GridCount.Of(space, Options);
    }

    /// <summary>Stands at the first combination that no trial has.</summary>
    private sealed class GridIndex(GridWalk walk) : LogIndex
    {
        private readonly HashSet<Configuration> _tried = [];

        public Configuration? FirstUntried()
        {
            while (walk.Current is { } current && _tried.Remove(current)) // the walk never comes back to it
                walk.Advance();
            return walk.Current;
        }

        protected override void Apply(StudyEvent @event)
        {
            if (@event is TrialAsked asked)
                _tried.Add(asked.Configuration);
        }
    }
}
