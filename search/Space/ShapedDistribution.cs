using System.Globalization;

namespace TuneGraph.Search;

/// <summary>
/// Numbers that are drawn by a shape, a normal one for instance, cut off at both ends and, where there is a quantum,
/// rounded to its multiples. <see cref="FloatDistribution"/> and <see cref="IntDistribution"/> are simpler for the
/// uniform and the log-uniform.
/// </summary>
public sealed record ShapedDistribution : Distribution
{
    private readonly Extent _extent;

    /// <summary>Numbers of this shape between these ends.</summary>
    /// <param name="shape">How the values are spread.</param>
    /// <param name="low">
    /// The smallest value; null for where the shape ends. Needed for the uniform shapes; above 0 for those that live
    /// there.
    /// </param>
    /// <param name="high">The largest value; null for where the shape ends. Needed for the uniform shapes.</param>
    /// <param name="quantum">
    /// Values are the multiples of this between the ends, each with the probability of all that is rounded to it; null
    /// for a continuous range. Above 0.
    /// </param>
    /// <param name="whole">Whether the values are integers; with a quantum that is one.</param>
    /// <exception cref="ArgumentException">The arguments contradict each other; the message says how.</exception>
    public ShapedDistribution(
        Shape shape,
        double? low = null,
        double? high = null,
        double? quantum = null,
        bool whole = false
    )
    {
        _extent = Extent.Of(shape, low, high, quantum, whole);
        Shape = shape;
        Quantum = quantum;
        Whole = whole;
        LowEnd = low;
        HighEnd = high;
    }

    /// <summary>How the values are spread.</summary>
    public Shape Shape { get; }

    /// <summary>The smallest value, a multiple of the quantum where there is one.</summary>
    public double Low => Quantum is { } q ? DecimalGrid.At(0, _extent.First, q) : _extent.Low;

    /// <summary>The largest value, a multiple of the quantum where there is one.</summary>
    public double High => Quantum is { } q ? DecimalGrid.At(0, _extent.Last, q) : _extent.High;

    /// <summary>The lower end as it was given; null for the shape's own.</summary>
    public double? LowEnd { get; }

    /// <summary>The upper end as it was given; null for the shape's own.</summary>
    public double? HighEnd { get; }

    /// <summary>What the values are multiples of; null, the default, for a continuous range.</summary>
    public double? Quantum { get; }

    /// <summary>Whether the values are integers. Default false.</summary>
    public bool Whole { get; }

    /// <inheritdoc/>
    public override long? Cardinality =>
        Quantum is not null ? (long)(_extent.Last - _extent.First) + 1
        : _extent.Low == _extent.High ? 1
        : null;

    /// <inheritdoc/>
    public override bool Contains(ParameterValue value)
    {
        if (value.Kind != ParameterKind.Int && (Whole || value.Kind != ParameterKind.Float))
            return false;
        var x = value.AsFloat();
        if (Quantum is not { } q)
            return x >= _extent.Low && x <= _extent.High;
        var k = Math.Round(x / q);
        return k >= _extent.First
            && k <= _extent.Last
            && Math.Abs(x - DecimalGrid.At(0, k, q)) <= (DecimalGrid.Tolerance * q) + (4 * DecimalGrid.Spacing(x));
    }

    /// <summary>For example <c>normal(0, 1) -6..6 in multiples of 0.5</c>.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(Whole ? "int " : "")}{Shape} {Low:G6}..{High:G6}{(Quantum is { } q ? $" in multiples of {q:R}" : "")}"
        );

    internal override double Code(ParameterValue contained)
    {
        var x = contained.AsFloat();
        if (Quantum is not { } q)
            return _extent.Mass == 0 ? 0.5 : CodeOf(x);
        var (low, high) = CellOf(Math.Round(x / q), q);
        return (low + high) / 2;
    }

    internal override (double Low, double High) Cell(double code) =>
        Quantum is { } q ? CellOf(Multiple(code, q), q) : (code, code);

    internal override ParameterValue ValueAt(long place) =>
        Quantum is { } q ? Kind(DecimalGrid.At(0, _extent.First + place, q)) : _extent.Low;

    private protected override ParameterValue Canonical(ParameterValue value) =>
        Quantum is { } q ? Kind(DecimalGrid.At(0, Math.Round(value.AsFloat() / q), q)) : value.AsFloat();

    private protected override ParameterValue Value(double code) =>
        Quantum is { } q ? Kind(DecimalGrid.At(0, Multiple(code, q), q)) : At(code);

    private ParameterValue Kind(double x) => Whole ? ParameterValue.Int((long)x) : ParameterValue.Float(x);

    /// <summary>The number at a code before it is rounded.</summary>
    private double At(double code) =>
        code <= 0 ? _extent.Low
        : code >= 1 ? _extent.High
        : Math.Clamp(Shape.At(_extent.Below + (code * _extent.Mass)), _extent.Low, _extent.High);

    private double Multiple(double code, double q) => Math.Clamp(Math.Round(At(code) / q), _extent.First, _extent.Last);

    private double CodeOf(double x) => Math.Clamp((Shape.Below(x) - _extent.Below) / _extent.Mass, 0, 1);

    private (double Low, double High) CellOf(double k, double q)
    {
        if (_extent.Mass == 0)
            return (0, 1);
        var low = k == _extent.First ? 0 : CodeOf(Math.Max((k - 0.5) * q, _extent.Low));
        var high = k == _extent.Last ? 1 : CodeOf(Math.Min((k + 0.5) * q, _extent.High));
        return (low, high);
    }

    /// <summary>The ends, and how much lies below and between them.</summary>
    private readonly record struct Extent(double Low, double High, double First, double Last, double Below, double Mass)
    {
        /// <summary>A range with less of the shape in it could not be resolved by its codes.</summary>
        private const double LeastMass = 1e-6;

        public static Extent Of(Shape shape, double? low, double? high, double? quantum, bool whole)
        {
            ArgumentNullException.ThrowIfNull(shape);
            if (shape.Ends is null && (low is null || high is null))
                throw Bad($"the shape '{shape}' has no ends of its own; give low and high");
            CheckQuantum(quantum, whole);
            var ends = shape.Ends ?? (low!.Value, high!.Value);
            var (from, to) = (Math.Max(low ?? ends.Low, ends.Low), Math.Min(high ?? ends.High, ends.High));
            if (!double.IsFinite(from) || !double.IsFinite(to) || !double.IsFinite(to - from))
                throw Bad($"the range {from:R}..{to:R} is not finite; give two finite ends");
            if (low > high)
                throw Bad($"low {low:R} lies above high {high:R}; exchange them");
            if (from > to)
                throw Bad(
                    $"the range {low:R}..{high:R} lies outside {shape}, which spans {ends.Low:G6}..{ends.High:G6}"
                );
            if (from <= shape.Infimum)
                throw Bad($"the values of {shape} lie above {shape.Infimum:R}, and low is {from:R}; raise it");
            var below = shape.Below(from);
            var mass = shape.Below(to) - below;
            if (shape.Ends is not null && from < to && !(mass >= LeastMass))
                throw Bad($"the range {from:R}..{to:R} holds next to nothing of {shape}; widen it");
            if (quantum is not { } q)
                return new(from, to, 0, 0, below, mass);
            var first = low is null ? Math.Round(from / q) : Math.Ceiling((from / q) - DecimalGrid.Tolerance);
            var last = high is null ? Math.Round(to / q) : Math.Floor((to / q) + DecimalGrid.Tolerance);
            if (first > last)
                throw Bad($"no multiple of {q:R} lies from {from:R} to {to:R}; widen the range or lower the quantum");
            if (last - first >= 1L << 52 || Math.Max(Math.Abs(first), Math.Abs(last)) >= 1L << 52)
                throw Bad($"the quantum {q:R} is too small to tell the values {from:R}..{to:R} apart; drop it");
            var extent = new Extent(from, to, first, last, below, mass);
            extent.CheckResolution(shape, q);
            return extent;
        }

        /// <summary>
        /// Each multiple must come back from its code: those near the ends and the middle are the rarest.
        /// </summary>
        private void CheckResolution(Shape shape, double q)
        {
            var between = Last - First - 1;
            foreach (var k in (double[])[First + 1, First + Math.Ceiling((between + 1) / 2), Last - 1])
            {
                if (k <= First || k >= Last)
                    continue;
                var width = (shape.Below((k + 0.5) * q) - shape.Below(Math.Max((k - 0.5) * q, Low))) / Mass;
                if (!(width > 1e-14))
                    throw Bad($"the quantum {q:R} leaves less than 1e-14 for the value {k * q:R}; raise it or drop it");
            }
        }

        private static void CheckQuantum(double? quantum, bool whole)
        {
            if (quantum is { } q && (!(q > 0) || !double.IsFinite(q)))
                throw Bad($"the quantum must be above 0 and finite, and is {q:R}");
            if (whole && (quantum is not { } step || step != Math.Floor(step)))
                throw Bad($"integers need a quantum that is one, 1 for instance, and it is {quantum ?? double.NaN:R}");
        }

        private static ArgumentException Bad(FormattableString why) =>
            new($"A shaped distribution: {FormattableString.Invariant(why)}.");
    }
}
