namespace TuneGraph.Search;

/// <summary>
/// One configuration and what became of it. A read-only, live view: the <see cref="Study"/> that owns it moves it on.
/// </summary>
public sealed class Trial
{
    private readonly ReportList _reports = new();
    private readonly Dictionary<string, Parameter>? _suggested;
    private (SearchSpace Space, double[] Values)? _codes;

    internal Trial(int number, Configuration proposal, bool given, bool defineByRun, TrialOrigin? origin = null)
    {
        Origin = origin;
        Number = number;
        Proposal = proposal;
        Given = given;
        Configuration = defineByRun ? Configuration.Empty : proposal;
        _suggested = defineByRun ? new(StringComparer.Ordinal) : null;
    }

    /// <summary>The trial's place in its study, from 0.</summary>
    public int Number { get; }

    /// <summary>Where it stands.</summary>
    public TrialState State { get; private set; } = TrialState.Running;

    /// <summary>What it is run with. In a define-by-run study it grows with each suggestion.</summary>
    public Configuration Configuration { get; private set; }

    /// <summary>What it reported, by ascending step.</summary>
    public IReadOnlyList<IntermediateValue> IntermediateValues => _reports;

    /// <summary>
    /// The final value of each objective; always there and finite in a completed trial, empty where nothing was told.
    /// </summary>
    public ValueList Values { get; private set; }

    /// <summary>
    /// The final value of the first objective, the only one of most studies; null where nothing was told.
    /// </summary>
    public double? Value => Values.Length == 0 ? null : Values[0];

    /// <summary>
    /// The value of each constraint, satisfied at or below 0; empty where the trial told none.
    /// </summary>
    public ValueList Constraints { get; private set; }

    /// <summary>
    /// By how much it breaks its constraints: the sum of those above 0; +∞ where it was told
    /// <see cref="TrialState.Infeasible"/> and none is known to be broken.
    /// </summary>
    public double Violation { get; private set; }

    /// <summary>Whether it breaks no constraint and was not told <see cref="TrialState.Infeasible"/>.</summary>
    public bool IsFeasible => Violation == 0;

    /// <summary>What it cost, in the study's own unit; null before its end, and where nothing was told.</summary>
    public double? Cost { get; private set; }

    /// <summary>Why the sampler proposed it, for people; null where it said nothing.</summary>
    public string? Why { get; internal init; }

    /// <summary>Why it ended, for people; null where nothing was said.</summary>
    public string? Reason { get; private set; }

    /// <summary>The checkpoint from which it goes on; null where it started from nothing.</summary>
    public TrialOrigin? Origin { get; }

    /// <summary>How many steps it has behind it, those before its origin included.</summary>
    public int Steps => LastStep ?? Origin?.Step ?? 0;

    /// <summary>The last step reported; null before the first report.</summary>
    public int? LastStep => _reports.Count == 0 ? null : _reports[^1].Step;

    /// <summary>Whether it has ended for good.</summary>
    public bool IsFinished =>
        State is TrialState.Completed or TrialState.Pruned or TrialState.Failed or TrialState.Infeasible;

    /// <summary>Whether the configuration was enqueued, not suggested by the sampler.</summary>
    public bool Given { get; }

    /// <summary>
    /// The values laid down when it was asked; in a define-by-run study they wait here until they are asked for.
    /// </summary>
    internal Configuration Proposal { get; }

    /// <summary>The parameters it was given one by one; null where the space is fixed.</summary>
    internal IReadOnlyDictionary<string, Parameter>? Suggested => _suggested;

    /// <summary>
    /// The code of each of the space's parameters; NaN where the trial has no value for it, or one that is not in its
    /// distribution. What was proposed to a running trial counts, whether it has asked for it yet or not.
    /// </summary>
    internal ReadOnlySpan<double> CodesIn(SearchSpace space)
    {
        if (_codes is { } kept && ReferenceEquals(kept.Space, space))
            return kept.Values;
        var codes = new double[space.Parameters.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            var parameter = space.Parameters[i];
            codes[i] =
                TryGetPlanned(parameter.Name, i, out var value) && parameter.Distribution.Contains(value)
                    ? parameter.Distribution.Code(value)
                    : double.NaN;
        }

        if (_suggested is null)
            _codes = (space, codes); // the configuration never changes
        return codes;
    }

    /// <summary>For example <c>trial 7 (Completed): lr=0.01 → 0.25</c>.</summary>
    public override string ToString() =>
        $"trial {Number} ({State}): {Configuration}{(Values.Length > 0 ? $" → {Values}" : "")}"
        + (Constraints.Length > 0 ? $" with constraints {Constraints}" : "");

    private bool TryGetPlanned(string name, int expected, out ParameterValue value) =>
        Configuration.TryGet(name, expected, out value)
        || (_suggested is not null && !IsFinished && Proposal.TryGet(name, expected, out value));

    internal void Add(IntermediateValue value) => _reports.Add(value);

    internal void Add(Parameter parameter, ParameterValue value)
    {
        _suggested!.Add(parameter.Name, parameter);
        Configuration = Configuration.With(parameter.Name, value);
    }

    internal void MoveTo(TrialState state) => State = state;

    internal void End(TrialTold told)
    {
        (State, Values, Reason, Constraints) = (told.State, told.Values, told.Reason, told.Constraints);
        (Violation, Cost) = (told.Violation, told.Cost);
        _reports.Trim();
    }
}
