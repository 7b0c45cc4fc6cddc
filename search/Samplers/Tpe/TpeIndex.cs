namespace TuneGraph.Search;

/// <summary>
/// What TPE keeps for a study: memory to work in, and the configurations that trials had, where there are so few
/// different ones that they come up again, for to measure one twice tells little.
/// </summary>
/// <param name="space">The space of the first suggestion; the study's, unless it is define-by-run.</param>
internal sealed class TpeIndex(SearchSpace space) : LogIndex
{
    /// <summary>In larger spaces nothing comes up again by itself.</summary>
    private const double MostDifferent = 1e6;

    private readonly bool _isSmall = space.Parameters.Length > 0 && Count(space) <= MostDifferent;
    private readonly HashSet<Configuration> _tried = [];
    private readonly HashSet<double> _values = [];

    /// <summary>Memory for one proposal at a time.</summary>
    public TpeScratch Scratch { get; } = new();

    /// <summary>How many trials told a value that an earlier one had told.</summary>
    public int Ties { get; private set; }

    /// <summary>Whether a trial had these values of this space.</summary>
    public bool WasTried(SearchSpace asked, ParameterValue?[] values) =>
        _isSmall && ReferenceEquals(asked, space) && _tried.Contains(space.Assemble(values));

    protected override void Apply(StudyEvent @event)
    {
        if (_isSmall && @event is TrialAsked asked)
            _tried.Add(asked.Configuration);
        if (@event is TrialTold { State: TrialState.Completed, Values: [var value] } && !_values.Add(value))
            Ties++;
    }

    /// <summary>How many configurations there are at most.</summary>
    private static double Count(SearchSpace space) =>
        space.Parameters.Aggregate(1.0, (all, p) => all * (p.Distribution.Cardinality ?? double.PositiveInfinity));
}
