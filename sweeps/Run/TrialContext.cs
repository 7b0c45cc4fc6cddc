using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// A trial as a C# function sees it: it asks for parameters where it needs them and may report steps. The same name
/// always gives the
/// same value within a trial. Safe to use from several threads.
/// </summary>
public sealed class TrialContext
{
    private readonly Func<Parameter, ParameterValue> _suggest;
    private readonly Func<int, ValueList, bool> _report;

    private readonly Action<double> _spend;

    internal TrialContext(
        int number, Func<Parameter, ParameterValue> suggest, Func<int, ValueList, bool> report, Action<double> spend) =>
        (Number, _suggest, _report, _spend) = (number, suggest, report, spend);

    /// <summary>Number of the trial, from 0.</summary>
    public int Number { get; }

    /// <summary>A real number between <paramref name="low"/> and <paramref name="high"/>, both included.</summary>
    /// <param name="name">The parameter's name: letters, digits, <c>_</c>, <c>.</c>, <c>-</c>, starting with a letter
    /// or <c>_</c>.</param>
    /// <param name="low">Least value; above 0 with <paramref name="log"/>.</param>
    /// <param name="high">Largest value.</param>
    /// <param name="log">Whether to search on a logarithmic scale.</param>
    /// <param name="step">Distance between allowed values, counted from <paramref name="low"/>; null for all.</param>
    public double Float(string name, double low, double high, bool log = false, double? step = null) =>
        Parameter(name, new FloatDistribution(low, high, log, step)).AsFloat();

    /// <summary>A whole number between <paramref name="low"/> and <paramref name="high"/>, both included.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="low">Least value; above 0 with <paramref name="log"/>.</param>
    /// <param name="high">Largest value.</param>
    /// <param name="log">Whether to search on a logarithmic scale.</param>
    /// <param name="step">Distance between allowed values, counted from <paramref name="low"/>.</param>
    public long Int(string name, long low, long high, bool log = false, long step = 1) =>
        Parameter(name, new IntDistribution(low, high, log, step)).AsInt();

    /// <summary>One of several texts.</summary>
    public string Choice(string name, params ImmutableArray<string> choices) =>
        Parameter(name, new CategoricalDistribution([.. choices.Select(choice => (ParameterValue)choice)])).AsText();

    /// <summary>One of several values: texts, numbers or flags.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="choices">The values, each once.</param>
    /// <param name="ordered">Whether neighbours in the list are alike.</param>
    /// <param name="weights">How often each is drawn, in their order; only ratios count. Default: all alike.</param>
    public ParameterValue Choice(
        string name, ImmutableArray<ParameterValue> choices, bool ordered = false,
        ImmutableArray<double> weights = default) =>
        Parameter(name, new CategoricalDistribution(choices, ordered, weights));

    /// <summary>A normally distributed number.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="mu">Mean.</param>
    /// <param name="sigma">Standard deviation, above 0.</param>
    /// <param name="low">Least value; null for 6 standard deviations below the mean.</param>
    /// <param name="high">Largest value; null for 6 standard deviations above the mean.</param>
    public double Normal(string name, double mu, double sigma, double? low = null, double? high = null) =>
        Parameter(name, new ShapedDistribution(new NormalShape(mu, sigma), low, high)).AsFloat();

    /// <summary>A number whose logarithm is normally distributed.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="mu">Mean of the natural logarithm.</param>
    /// <param name="sigma">Standard deviation of the logarithm, above 0.</param>
    /// <param name="low">Least value; null for where a billionth is left.</param>
    /// <param name="high">Largest value; null for where a billionth is left.</param>
    public double LogNormal(string name, double mu, double sigma, double? low = null, double? high = null) =>
        Parameter(name, new ShapedDistribution(new LogNormalShape(mu, sigma), low, high)).AsFloat();

    /// <summary>A beta-distributed number between 0 and 1.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="a">The first shape parameter, from 0.01 to 10,000: the larger, the nearer to 1.</param>
    /// <param name="b">The second, from 0.01 to 10,000: the larger, the nearer to 0.</param>
    public double Beta(string name, double a, double b) =>
        Parameter(name, new ShapedDistribution(new BetaShape(a, b))).AsFloat();

    /// <summary>A parameter of any distribution: rounded, shaped, weighted.</summary>
    public ParameterValue Parameter(string name, Distribution distribution) =>
        _suggest(new Parameter(name, distribution));

    /// <summary>True or false.</summary>
    public bool Flag(string name) => Parameter(name, new CategoricalDistribution([false, true])).AsFlag();

    /// <summary>What <see cref="Constrain"/> was told last.</summary>
    internal ValueList Constraints { get; private set; }

    /// <summary>
    /// Tells how far the trial is from breaking each constraint: one holds at or below 0. Only trials that keep all of
    /// them can be the best. Told again, the new values count.
    /// </summary>
    /// <param name="values">One value for each constraint, always in the same order; finite.</param>
    public void Constrain(params ReadOnlySpan<double> values) => Constraints = ValueList.Of(values);

    /// <summary>
    /// Tells what the trial has cost so far, where the sweep's costs are <see cref="CostMetric.Told"/>. Told again, the
    /// new amount counts.
    /// </summary>
    /// <param name="cost">The cost, in any unit that all trials share; finite and not negative.</param>
    public void Spend(double cost)
    {
        if (!(cost >= 0 && double.IsFinite(cost)))
            throw new ArgumentOutOfRangeException(
                nameof(cost), cost, "What a trial has cost must be finite and not negative.");
        _spend(cost);
    }

    /// <summary>Reports the objective after a step.</summary>
    /// <param name="step">Finished steps, from 1, growing with each call.</param>
    /// <param name="values">The objective's value now, finite; of several objectives one for each.</param>
    /// <returns>False when the trial is to end here: the function should return, and what it returns is not
    /// used.</returns>
    public bool Report(int step, ValueList values) => _report(step, values);
}
