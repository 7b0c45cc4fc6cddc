using TuneGraph.Search;

namespace TuneGraph.Compat.SharpLearning;

/// <summary>
/// Lets an optimizer of SharpLearning's shape serve as a sampler. For each suggestion a new one is run from its start:
/// the function that it minimises answers from the study's log, and the first parameter set that no trial has is the
/// suggestion. So the optimizer must repeat itself when it is given the same answers, that is, have a seed; and it is
/// asked as if nothing ran at the same time: running trials count as bad as the worst told.
/// </summary>
/// <param name="create">Makes the optimizer, always the same.</param>
/// <param name="parameters">What it searches; <see cref="Space"/> is the study's space then.</param>
public sealed class OutsideSampler(Func<IOptimizer> create, IParameterSpec[] parameters) : Sampler
{
    private readonly SpecSpace _specs = new(parameters);

    /// <inheritdoc/>
    public override string Name => "outside";

    /// <inheritdoc/>
    public override bool NeedsSpace => true;

    /// <summary>The space that the study must have: parameters p0, p1, … in the order of the specs.</summary>
    public SearchSpace Space => _specs.Space;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The study has another space.</exception>
    public override Configuration? Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(history);
        if (!space.Parameters.SequenceEqual(Space.Parameters))
            throw new ArgumentException(
                "The study's space is not that of the outside optimizer; give the study the sampler's Space.",
                nameof(space));
        var errors = Errors(history);
        Configuration? next = null;
        OptimizerResult Answer(double[] set)
        {
            var configuration = _specs.Configured(set);
            if (errors.TryGetValue(configuration, out var error))
                return new(set, error);
            Interlocked.CompareExchange(ref next, configuration, null);
            throw new EnoughException();
        }

        try
        {
            create().Optimize(Answer);
        }
        catch (Exception e) when (next is not null && IsEnough(e))
        {
            // It has asked for something new.
        }

        return next;
    }

    private static Dictionary<Configuration, double> Errors(StudyHistory history)
    {
        var worst = history.Trials.Where(trial => trial.State == TrialState.Completed)
            .Select(history.Loss).DefaultIfEmpty(0).Max();
        var errors = new Dictionary<Configuration, double>();
        foreach (var trial in history.Trials)
            errors[trial.Configuration] = trial.State switch
            {
                TrialState.Completed => history.Loss(trial),
                TrialState.Failed => double.NaN,
                _ => worst,
            };
        return errors;
    }

    private static bool IsEnough(Exception e) =>
        e is EnoughException || (e is AggregateException many && many.Flatten().InnerExceptions.All(IsEnough));

    /// <summary>Ends a run of the optimizer.</summary>
    private sealed class EnoughException : Exception;
}
