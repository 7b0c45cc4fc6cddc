using System.Globalization;

namespace TuneGraph.Search;

/// <summary>
/// How the values of a <see cref="ShapedDistribution"/> are spread. A closed family: <see cref="UniformShape"/>,
/// <see cref="LogUniformShape"/>, <see cref="NormalShape"/>, <see cref="LogNormalShape"/>, <see cref="BetaShape"/>.
/// </summary>
public abstract record Shape
{
    /// <summary>Nobody draws from beyond: a tail of this probability is cut off.</summary>
    private protected const double Tail = 1e-9;

    private protected Shape() { }

    /// <summary>Where a range without explicit ends ends; null where there is no natural end.</summary>
    internal abstract (double Low, double High)? Ends { get; }

    /// <summary>Values at and below this one cannot be reached.</summary>
    internal virtual double Infimum => double.NegativeInfinity;

    /// <summary>A rising measure of all that lies below x; the probability where there is one.</summary>
    internal abstract double Below(double x);

    /// <summary>The x below which there is that much: the inverse of <see cref="Below"/>.</summary>
    internal abstract double At(double measure);
}

/// <summary>All differences alike.</summary>
public sealed record UniformShape : Shape
{
    internal override (double Low, double High)? Ends => null;

    /// <summary>For example <c>uniform</c>.</summary>
    public override string ToString() => "uniform";

    internal override double Below(double x) => x;

    internal override double At(double measure) => measure;
}

/// <summary>All ratios alike: uniform in the logarithm. Only for values above 0.</summary>
public sealed record LogUniformShape : Shape
{
    internal override (double Low, double High)? Ends => null;

    internal override double Infimum => 0;

    /// <summary>For example <c>log-uniform</c>.</summary>
    public override string ToString() => "log-uniform";

    internal override double Below(double x) => Math.Log(x);

    internal override double At(double measure) => Math.Exp(measure);
}

/// <summary>The normal distribution, without the billionth in each of its tails (6 σ away).</summary>
/// <param name="Mu">Its mean (μ), finite.</param>
/// <param name="Sigma">Its standard deviation (σ), above 0 and finite.</param>
/// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
public sealed record NormalShape(double Mu = 0, double Sigma = 1) : Shape
{
    /// <summary>The mean. Default 0.</summary>
    public double Mu { get; } = ShapeCheck.Finite(Mu, nameof(Mu));

    /// <summary>The standard deviation. Default 1.</summary>
    public double Sigma { get; } = ShapeCheck.Positive(Sigma, nameof(Sigma));

    internal override (double Low, double High)? Ends => (At(Tail), At(1 - Tail));

    /// <summary>For example <c>normal(0, 1)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"normal({Mu:R}, {Sigma:R})");

    internal override double Below(double x) => Gaussian.Cdf((x - Mu) / Sigma);

    internal override double At(double measure) => Mu + (Sigma * Gaussian.Quantile(measure));
}

/// <summary>A distribution whose logarithm is normal, without the billionth in each of its tails.</summary>
/// <param name="Mu">The logarithm's mean (μ), finite.</param>
/// <param name="Sigma">The logarithm's standard deviation (σ), above 0 and at most 50.</param>
/// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
public sealed record LogNormalShape(double Mu = 0, double Sigma = 1) : Shape
{
    /// <summary>The logarithm's mean. Default 0.</summary>
    public double Mu { get; } = ShapeCheck.Within(Mu, -300, 300, nameof(Mu)); // e^±600 is a double

    /// <summary>The logarithm's standard deviation. Default 1.</summary>
    public double Sigma { get; } =
        ShapeCheck.Within(ShapeCheck.Positive(Sigma, nameof(Sigma)), 0, 50, nameof(Sigma));

    internal override (double Low, double High)? Ends => (At(Tail), At(1 - Tail));

    internal override double Infimum => 0;

    /// <summary>For example <c>log-normal(0, 1)</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"log-normal({Mu:R}, {Sigma:R})");

    internal override double Below(double x) => x <= 0 ? 0 : Gaussian.Cdf((Math.Log(x) - Mu) / Sigma);

    internal override double At(double measure) => Math.Exp(Mu + (Sigma * Gaussian.Quantile(measure)));
}

/// <summary>
/// The beta distribution on (0, 1), its density x^(α−1) (1 − x)^(β−1), without the billionth in each of its tails.
/// </summary>
/// <param name="A">α, from 0.01 to 10,000.</param>
/// <param name="B">β, from 0.01 to 10,000.</param>
/// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
public sealed record BetaShape(double A, double B) : Shape
{
    private readonly double _logBeta = BetaFunction.Log(A, B);

    /// <summary>α: the larger it is, the less lies near 0.</summary>
    public double A { get; } = ShapeCheck.Within(A, 0.01, 10_000, nameof(A));

    /// <summary>β: the larger it is, the less lies near 1.</summary>
    public double B { get; } = ShapeCheck.Within(B, 0.01, 10_000, nameof(B));

    internal override (double Low, double High)? Ends => (At(Tail), At(1 - Tail));

    /// <summary>For example <c>beta(2, 5)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"beta({A:R}, {B:R})");

    internal override double Below(double x) => BetaFunction.Regularized(x, A, B, _logBeta);

    internal override double At(double measure) => BetaFunction.Quantile(measure, A, B, _logBeta);
}

/// <summary>Range checks that tell the value and what is allowed.</summary>
file static class ShapeCheck
{
    public static double Finite(double value, string name) =>
        double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "It must be finite.");

    public static double Positive(double value, string name) =>
        value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "It must be above 0 and finite.");

    public static double Within(double value, double low, double high, string name) =>
        value >= low && value <= high
            ? value
            : throw new ArgumentOutOfRangeException(
                name,
                value,
                string.Create(CultureInfo.InvariantCulture, $"It must lie from {low} to {high}.")
            );
}
