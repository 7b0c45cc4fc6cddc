using System.Globalization;

namespace TuneGraph;

/// <summary>The numbers that a setting allows, always finite.</summary>
internal readonly record struct Interval(double Low, double High, bool LowOpen = false, bool HighOpen = false)
{
    public static Interval AtLeast(double low) => new(low, double.PositiveInfinity);

    /// <summary>From 0, included, to 1, excluded.</summary>
    public static Interval Fraction { get; } = new(0, 1, HighOpen: true);

    /// <summary>From 0 to 1, both excluded.</summary>
    public static Interval InnerFraction { get; } = new(0, 1, LowOpen: true, HighOpen: true);

    public static Interval Above(double low) => new(low, double.PositiveInfinity, LowOpen: true);

    public bool Contains(double value) =>
        double.IsFinite(value) && (LowOpen ? value > Low : value >= Low) && (HighOpen ? value < High : value <= High);

    /// <summary>For the end of a phrase such as "a number …".</summary>
    public override string ToString() => double.IsNegativeInfinity(Low)
        ? string.Create(CultureInfo.InvariantCulture, $"of at most {High}")
        : Text;

    private string Text => (double.IsInfinity(High), LowOpen, HighOpen) switch
    {
        (true, true, _) => string.Create(CultureInfo.InvariantCulture, $"above {Low}"),
        (true, false, _) => string.Create(CultureInfo.InvariantCulture, $"of at least {Low}"),
        (false, false, false) => string.Create(CultureInfo.InvariantCulture, $"from {Low} to {High}"),
        (false, var lowOpen, var highOpen) => string.Create(CultureInfo.InvariantCulture,
            $"{(lowOpen ? "above" : "of at least")} {Low} and {(highOpen ? "below" : "at most")} {High}"),
    };
}
