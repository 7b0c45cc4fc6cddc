using System.Globalization;

namespace TuneGraph.Search;

/// <summary>Integers from <paramref name="Low"/> to <paramref name="High"/>, both included.</summary>
/// <param name="Low">The smallest value; at least 1 where <paramref name="Log"/> is set.</param>
/// <param name="High">
/// The largest value; with a step that does not divide the range, the largest reachable one is less.
/// </param>
/// <param name="Log">Whether the values are uniform in their logarithm.</param>
/// <param name="Step">
/// The distance between neighbours, counted from <paramref name="Low"/>. At least 1, and 1 with log.
/// </param>
/// <exception cref="ArgumentException">The arguments contradict each other; the message says how.</exception>
public sealed record IntDistribution(long Low, long High, bool Log = false, long Step = 1) : Distribution
{
    private readonly double _origin = Log ? Math.Log(Low - 0.5) : 0;
    private readonly double _span = Log ? Math.Log(High + 0.5) - Math.Log(Low - 0.5) : 1;

    /// <summary>The smallest value.</summary>
    public long Low { get; } = Check(Low, High, Log, Step);

    /// <summary>The largest value.</summary>
    public long High { get; } = High;

    /// <summary>Whether the values are uniform in their logarithm. Default false.</summary>
    public bool Log { get; } = Log;

    /// <summary>The distance between neighbours. Default 1.</summary>
    public long Step { get; } = Step;

    /// <inheritdoc/>
    public override long? Cardinality => Count;

    private long Count => ((High - Low) / Step) + 1;

    /// <inheritdoc/>
    public override bool Contains(ParameterValue value) =>
        value.Kind == ParameterKind.Int && value.AsInt() is var x && x >= Low && x <= High && (x - Low) % Step == 0;

    /// <summary>For example <c>int 16..512 log</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"int {Low}..{High}{(Log ? " log" : "")}{(Step != 1 ? $" step {Step}" : "")}");

    internal override double Code(ParameterValue contained)
    {
        var x = contained.AsInt();
        return Log ? (Math.Log(x) - _origin) / _span : (((x - Low) / Step) + 0.5) / Count;
    }

    internal override (double Low, double High) Cell(double code)
    {
        if (!Log)
            return (Index(code) / (double)Count, (Index(code) + 1) / (double)Count);
        var x = Rounded(code);
        return ((Math.Log(x - 0.5) - _origin) / _span, (Math.Log(x + 0.5) - _origin) / _span);
    }

    internal override ParameterValue ValueAt(long place) => Low + (place * Step);

    private protected override ParameterValue Canonical(ParameterValue value) => value;

    private protected override ParameterValue Value(double code) => Log ? Rounded(code) : Low + (Index(code) * Step);

    // Compared with the bound before the cast: (double)(Count - 1) may round up past it.
    private long Index(double code) =>
        Math.Floor(code * Count) is var k && k >= Count - 1 ? Count - 1 : (long)Math.Max(k, 0);

    private long Rounded(double code) => code <= 0 ? Low
        : code >= 1 || Math.Round(Math.Exp(_origin + (code * _span))) is var x && x >= High ? High
        : Math.Max((long)x, Low);

    private static long Check(long low, long high, bool log, long step)
    {
        if (low > high)
            throw Bad($"low {low} lies above high {high}; exchange them");
        if (unchecked((ulong)(high - low)) >= long.MaxValue)
            throw Bad($"the range {low}..{high} is wider than 64-bit signed integers can count; narrow it");
        if (step < 1)
            throw Bad($"step must be at least 1, and is {step}");
        if (log && low < 1)
            throw Bad($"a log range must start above 0, and low is {low}; raise it or drop log");
        return !log || step == 1 ? low : throw Bad($"a log range has no step, and step is {step}; drop one of the two");
    }

    private static ArgumentException Bad(FormattableString why) =>
        new($"An int distribution: {FormattableString.Invariant(why)}.");
}
