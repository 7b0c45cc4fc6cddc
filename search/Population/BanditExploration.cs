namespace TuneGraph.Search;

/// <summary>
/// The exploration of PB2 (Parker-Holder, Nguyen and Roberts, "Provably efficient online hyperparameter optimization
/// with population-based bandits", NeurIPS 2020, Algorithm 1): a Gaussian process over how much members improved in an
/// interval, in dependence on the time, on the value before and on the parameters, whose kernel lets the past fade;
/// the fork gets the parameters with the largest upper confidence bound. Forks that have not reported yet count with
/// the mean foretold for them, so that the next ones keep apart.
/// </summary>
/// <remarks>
/// Only parameters with a numeric range are chosen so; the others are kept, or drawn anew with
/// <see cref="PopulationOptions.ResampleChance"/>.
/// </remarks>
public sealed class BanditExploration : Exploration
{
    /// <summary>Only so many of the newest intervals are looked at: the past fades anyway.</summary>
    private const int MostPoints = 200;

    private const int Candidates = 1000;

    /// <inheritdoc/>
    public override string Name => "pb2";

    /// <inheritdoc/>
    public override Configuration Explore(
        SearchSpace space, Trial donor, int step, StudyHistory history, PopulationOptions options, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(donor);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        var kept = space.Build(parameter => Kept(parameter, donor, options, random));
        var numeric = space.Parameters.Where(p => IsChosen(p, options) && kept.Contains(p.Name)).ToList();
        var improvements = Improvement.Of(history, options, numeric, MostPoints);
        if (numeric.Count == 0 || improvements.Count < 2)
            return new Perturbation().Explore(space, donor, step, history, options, random);
        var process = FadingProcess.Fit(improvements);
        var before = history.Loss(donor.IntermediateValues.First(v => v.Step >= step).Value);
        foreach (var running in history.Trials.Where(t => t.Origin?.Step == step && t.LastStep is null))
            process.Believe(Point(step, before, Codes(running.Configuration, numeric)));
        var (best, most) = (Codes(kept, numeric), double.NegativeInfinity);
        for (var c = 0; c < Candidates; c++)
        {
            var codes = Candidate(c, best, random);
            var bound = process.UpperBound(Point(step, before, codes));
            if (bound > most)
                (best, most) = (codes, bound);
        }

        var at = 0;
        return space.Build(parameter =>
            numeric.Contains(parameter) ? parameter.Distribution.Decode(best[at++]) : kept[parameter.Name]);

        double[] Point(int t, double loss, double[] codes) => [t, loss, .. codes];
    }

    /// <summary>Uniform at first, then around the best so far, ever nearer.</summary>
    private static double[] Candidate(int c, double[] best, SearchRandom random)
    {
        var width = c < Candidates / 2 ? 1 : 0.25 * (Candidates - c) / Candidates;
        return [.. best.Select(code => c < Candidates / 2
            ? random.NextDouble()
            : Math.Clamp(code + (width * ((2 * random.NextDouble()) - 1)), 0, 1))];
    }

    private static bool IsChosen(Parameter parameter, PopulationOptions options) =>
        parameter.Distribution is not CategoricalDistribution && !options.Inherited.Contains(parameter.Name);

    private static double[] Codes(Configuration configuration, List<Parameter> numeric) =>
        [.. numeric.Select(p => configuration.TryGet(p.Name, out var value) ? p.Distribution.Encode(value) : 0.5)];

    private static ParameterValue Kept(Parameter parameter, Trial donor, PopulationOptions options, SearchRandom random)
    {
        var known = donor.Configuration.TryGet(parameter.Name, out var value) && parameter.Distribution.Contains(value);
        var anew = !known || (parameter.Distribution is CategoricalDistribution
            && !options.Inherited.Contains(parameter.Name) && random.NextDouble() < options.ResampleChance);
        return anew ? RandomSampler.Draw(parameter.Distribution, random) : value;
    }

    /// <summary>What a member gained in one interval.</summary>
    /// <param name="Inputs">The step before, the loss before, and the codes of the parameters.</param>
    /// <param name="Gain">By how much the loss fell.</param>
    internal sealed record Improvement(double[] Inputs, double Gain)
    {
        public static List<Improvement> Of(
            StudyHistory history, PopulationOptions options, List<Parameter> numeric, int most)
        {
            var all = new List<(int Step, int Trial, Improvement Gain)>();
            foreach (var trial in history.Trials)
            {
                var (step, loss) = trial.Origin is { } origin
                    ? (origin.Step, LossAt(history.Trials[origin.Trial], origin.Step))
                    : (0, (double?)null);
                foreach (var report in trial.IntermediateValues.Where(v => v.Step % options.Interval == 0))
                {
                    var now = history.Loss(report.Value);
                    if (loss is { } before)
                        all.Add((step, trial.Number, new(
                            [step, before, .. Codes(trial.Configuration, numeric)], before - now)));
                    (step, loss) = (report.Step, now);
                }
            }

            return [.. all.OrderBy(e => e.Step).ThenBy(e => e.Trial).TakeLast(most).Select(e => e.Gain)];

            double? LossAt(Trial trial, int at) => trial.IntermediateValues.Where(v => v.Step == at)
                .Select(v => (double?)history.Loss(v.Value)).FirstOrDefault();
        }
    }
}
