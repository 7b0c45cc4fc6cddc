namespace TuneGraph.Search;

/// <summary>Tells what can teach something new: no trial had it, nor lies on the same step of the objective.</summary>
internal sealed class FreshConfigurations
{
    private const double Likely = 0.8;
    private const int MostObservations = 500; // that plateaus are told from

    private readonly SearchSpace _space;
    private readonly HashSet<Configuration> _tried;
    private readonly Plateaus? _plateaus;

    public FreshConfigurations(SearchSpace space, StudyHistory history)
    {
        _space = space;
        _tried = [.. history.Trials.Select(trial => trial.Configuration)];
        if (history.Directions.Length == 1)
            _plateaus = Plateaus.Of(new(space), GpObservations.Of(space, history, MostObservations));
    }

    /// <summary>Whether the objective looks like a step function.</summary>
    public bool HasPlateaus => _plateaus is not null;

    /// <summary>Whether this configuration is new.</summary>
    public bool Allow(Configuration configuration) =>
        !_tried.Contains(configuration) && !(_plateaus?.Chance(CodesOf(configuration)) > Likely);

    private double[] CodesOf(Configuration configuration) =>
    [
        .. _space.Parameters.Select(p =>
            configuration.TryGet(p.Name, out var value) ? p.Distribution.Code(value) : double.NaN),
    ];
}
