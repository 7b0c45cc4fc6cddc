using System.Globalization;

namespace TuneGraph.Search;

/// <summary>Floating-point numbers from <paramref name="Low"/> to <paramref name="High"/>, both included.</summary>
/// <param name="Low">The smallest value; above 0 where <paramref name="Log"/> is set.</param>
/// <param name="High">
/// The largest value; with a step that does not divide the range, the largest reachable one is less.
/// </param>
/// <param name="Log">
/// Whether orders of magnitude matter, not differences: the values are uniform in their logarithm.
/// </param>
/// <param name="Step">
/// The distance between neighbours, counted from <paramref name="Low"/>; null for a continuous range. Above 0, and not
/// together with <paramref name="Log"/>.
/// </param>
/// <exception cref="ArgumentException">The arguments contradict each other; the message says how.</exception>
public sealed record FloatDistribution(double Low, double High, bool Log = false, double? Step = null) : Distribution
{
    private readonly double _origin = Log ? Math.Log(Low) : Low;
    private readonly double _span = Log ? Math.Log(High) - Math.Log(Low) : High - Low;
    private readonly long _last =
        Step is { } step ? (long)Math.Floor(((High - Low) / step) + DecimalGrid.Tolerance) : 0;

    /// <summary>The smallest value.</summary>
    public double Low { get; } = Check(Low, High, Log, Step);

    /// <summary>The largest value.</summary>
    public double High { get; } = High;

    /// <summary>Whether the values are uniform in their logarithm. Default false.</summary>
    public bool Log { get; } = Log;

    /// <summary>The distance between neighbours; null, the default, for a continuous range.</summary>
    public double? Step { get; } = Step;

    /// <inheritdoc/>
    public override long? Cardinality => Step is not null ? _last + 1 : Low == High ? 1 : null;

    /// <summary>How far two ways to compute a grid point may lie apart, at most.</summary>
    private double Rounding => 4 * Math.Max(DecimalGrid.Spacing(Low), DecimalGrid.Spacing(High));

    /// <inheritdoc/>
    public override bool Contains(ParameterValue value)
    {
        if (value.Kind is not (ParameterKind.Float or ParameterKind.Int))
            return false;
        var x = value.AsFloat();
        if (Step is not { } step)
            return x >= Low && x <= High;
        var k = Math.Round((x - Low) / step);
        return k >= 0 && k <= _last && Math.Abs(x - OnGrid(k, step)) <= (DecimalGrid.Tolerance * step) + Rounding;
    }

    /// <summary>For example <c>float 0.0001..0.1 log</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"float {Low:R}..{High:R}{(Log ? " log" : "")}{(Step is { } s ? $" step {s:R}" : "")}");

    internal override double Code(ParameterValue contained)
    {
        var x = contained.AsFloat();
        if (Step is { } step)
            return (Math.Round((x - Low) / step) + 0.5) / (_last + 1);
        return _span == 0 ? 0.5 : Math.Clamp(((Log ? Math.Log(x) : x) - _origin) / _span, 0, 1);
    }

    internal override (double Low, double High) Cell(double code)
    {
        if (Step is null)
            return (code, code);
        var k = Index(code);
        return (k / (_last + 1.0), (k + 1) / (_last + 1.0));
    }

    internal override ParameterValue ValueAt(long place) => Step is { } step ? OnGrid(place, step) : Low;

    private protected override ParameterValue Canonical(ParameterValue value) =>
        Step is { } step ? OnGrid(Math.Round((value.AsFloat() - Low) / step), step) : value.AsFloat();

    private protected override ParameterValue Value(double code)
    {
        if (Step is { } step)
            return OnGrid(Index(code), step);
        if (code <= 0)
            return Low;
        if (code >= 1)
            return High;
        var t = _origin + (code * _span);
        return Math.Clamp(Log ? Math.Exp(t) : t, Low, High);
    }

    private long Index(double code) => (long)Math.Clamp(Math.Floor(code * (_last + 1.0)), 0, _last);

    private double OnGrid(double k, double step) => DecimalGrid.At(Low, k, step);

    private static double Check(double low, double high, bool log, double? step)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || !double.IsFinite(high - low))
            throw Bad($"the range {low:R}..{high:R} is not finite; give two finite bounds");
        if (low > high)
            throw Bad($"low {low:R} lies above high {high:R}; exchange them");
        if (log && low <= 0)
            throw Bad($"a log range must start above 0, and low is {low:R}; raise it or drop log");
        if (step is not { } s)
            return low;
        if (log)
            throw Bad($"a log range has no step, and step is {s:R}; drop one of the two");
        if (!(s > 0) || !double.IsFinite(s))
            throw Bad($"step must be above 0 and finite, and is {s:R}");
        return s > 1e-14 * Math.Max(Math.Abs(low), Math.Abs(high)) && (high - low) / s < 1L << 52
            ? low
            : throw Bad($"step {s:R} is too small to tell the values {low:R}..{high:R} apart; drop it");
    }

    private static ArgumentException Bad(FormattableString why) =>
        new($"A float distribution: {FormattableString.Invariant(why)}.");
}
