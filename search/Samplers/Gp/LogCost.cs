namespace TuneGraph.Search;

/// <summary>
/// Minus the logarithm of what a trial is expected to cost, by a Gaussian process of the logarithms of the costs told:
/// added to the logarithm of an improvement it makes that an improvement per unit of cost (Snoek et al., "Practical
/// Bayesian optimization of machine learning algorithms", NeurIPS 2012, section 3.2). It counts with an exponent that
/// falls from 1 to 0 while the budget is spent (cost cooling: Lee et al., "Cost-aware Bayesian optimization", arXiv
/// 2003.10870, section 4.3), for at the end a cheap trial that gains little is no better than a dear one.
/// </summary>
internal sealed class LogCost : PosteriorAcquisition
{
    /// <summary>Fewer costs say too little.</summary>
    private const int FewestCosts = 3;

    private const double LeastCost = 1e-9;

    private readonly double _exponent;
    private readonly double _mean; // of the logarithms of the costs
    private readonly double _unit;
    private double _lastLog; // of the cost at the point looked at last

    private LogCost(GpAxes axes, GpPosterior posterior, double exponent, double mean, double unit)
        : base(axes, posterior) => (_exponent, _mean, _unit) = (exponent, mean, unit);

    /// <summary>The model of a study's costs; null where too few are known.</summary>
    /// <param name="axes">The axes.</param>
    /// <param name="seen">The trials.</param>
    /// <param name="memo">Remembers the fit.</param>
    /// <param name="options">The settings.</param>
    /// <param name="spent">The share of the budget that is spent; null where nothing is limited.</param>
    public static LogCost? Of(GpAxes axes, GpObservations seen, GpFitMemo memo, GpOptions options, double? spent)
    {
        var (places, costs) = seen.Costs();
        if (costs.Length < FewestCosts)
            return null;
        double[] logs = [.. costs.Select(cost => Math.Log(Math.Max(cost, LeastCost)))];
        var codes = places.Select(k => seen.Codes[k]).ToArray();
        var fit = memo.Fit(GpFitMemo.Costs, axes, codes, logs, warpOutputs: false, options.WarpInputs);
        var mean = logs.Average();
        var unit = Math.Sqrt(logs.Average(log => (log - mean) * (log - mean)));
        var posterior = new GpPosterior(axes, fit.At, axes.PlaceAll(codes));
        posterior.Observe([.. logs.Select(log => unit > 0 ? (log - mean) / unit : 0)]);
        return new(axes, posterior, 1 - (spent ?? 0), mean, unit);
    }

    /// <summary>What a trial at these codes is expected to cost.</summary>
    public double At(double[] codes)
    {
        Add([codes], new double[1]);
        return Math.Exp(_lastLog);
    }

    protected override double Value(
        ReadOnlySpan<double> means, double deviation, Span<double> inMeans, out double inDeviation)
    {
        inDeviation = 0;
        if (inMeans.Length > 0)
            inMeans[0] = -_exponent * _unit;
        _lastLog = _mean + (_unit * means[0]);
        return -_exponent * _lastLog;
    }
}
