using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>
/// Shifts and scales every feature: z = (x - mean) * scale, where scale is 1 / standard deviation (0 for a constant
/// feature, which so becomes 0). For regression the target is treated alike.
/// </summary>
public sealed class Standardizer : IEquatable<Standardizer>
{
    /// <summary>A standardizer of given statistics.</summary>
    /// <param name="means">Mean per feature; finite.</param>
    /// <param name="scales">Reciprocal standard deviation per feature; finite, 0 for a constant feature.</param>
    /// <param name="targetMean">Mean of the target; finite. 0 for classification.</param>
    /// <param name="targetDeviation">Standard deviation of the target, above 0. 1 for classification.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a value is out of its range.</exception>
    public Standardizer(
        ImmutableArray<double> means, ImmutableArray<double> scales, double targetMean = 0, double targetDeviation = 1)
    {
        if (means.Length != scales.Length)
            throw new ArgumentException($"There are {means.Length} means but {scales.Length} scales.", nameof(scales));
        for (var i = 0; i < means.Length; i++)
        {
            if (!double.IsFinite(means[i]) || !double.IsFinite(scales[i]) || scales[i] < 0)
            {
                throw new ArgumentException($"Feature {i} has mean {means[i]} and scale {scales[i]}; both must be "
                    + "finite, and the scale not negative.", nameof(means));
            }
        }
        if (!double.IsFinite(targetMean))
            throw new ArgumentOutOfRangeException(nameof(targetMean), targetMean, "It must be finite.");
        if (!double.IsFinite(targetDeviation) || targetDeviation <= 0)
            throw new ArgumentOutOfRangeException(nameof(targetDeviation), targetDeviation, "It must be above 0.");
        Means = means;
        Scales = scales;
        TargetMean = targetMean;
        TargetDeviation = targetDeviation;
    }

    /// <summary>Mean per feature over the train split, in the feature's own unit.</summary>
    public ImmutableArray<double> Means { get; }

    /// <summary>Reciprocal (population) standard deviation per feature over the train split; 0 if constant.</summary>
    public ImmutableArray<double> Scales { get; }

    /// <summary>Mean of a regression's target over the train split; 0 for classification.</summary>
    public double TargetMean { get; }

    /// <summary>Standard deviation of a regression's target over the train split; 1 for classification.</summary>
    public double TargetDeviation { get; }

    /// <summary>The standardizer that changes nothing.</summary>
    /// <param name="features">Number of features, at least 0.</param>
    public static Standardizer Identity(int features) =>
        new([.. Enumerable.Repeat(0.0, features)], [.. Enumerable.Repeat(1.0, features)]);

    /// <summary>Standardizes one row.</summary>
    /// <param name="raw">[features] values in their own units.</param>
    /// <param name="standardized">[features] results; may be the same memory as <paramref name="raw"/>.</param>
    /// <exception cref="ArgumentException">A length differs from the number of features.</exception>
    public void Apply(ReadOnlySpan<float> raw, Span<float> standardized)
    {
        CheckLengths(raw.Length, standardized.Length);
        for (var i = 0; i < raw.Length; i++)
            standardized[i] = (float)((raw[i] - Means[i]) * Scales[i]);
    }

    /// <summary>Standardizes one row of doubles, rounding once, at the end.</summary>
    /// <param name="raw">[features] values in their own units.</param>
    /// <param name="standardized">[features] results.</param>
    /// <exception cref="ArgumentException">A length differs from the number of features.</exception>
    public void Apply(ReadOnlySpan<double> raw, Span<float> standardized)
    {
        CheckLengths(raw.Length, standardized.Length);
        for (var i = 0; i < raw.Length; i++)
            standardized[i] = (float)((raw[i] - Means[i]) * Scales[i]);
    }

    /// <summary>Turns one standardized value of a feature back into its own unit.</summary>
    /// <param name="feature">The feature's index.</param>
    /// <param name="standardized">The standardized value.</param>
    /// <returns>The original value; the mean if the feature was constant.</returns>
    public double Undo(int feature, double standardized) =>
        Scales[feature] == 0 ? Means[feature] : (standardized / Scales[feature]) + Means[feature];

    /// <inheritdoc/>
    public bool Equals(Standardizer? other) =>
        other is not null
        && TargetMean.Equals(other.TargetMean)
        && TargetDeviation.Equals(other.TargetDeviation)
        && Means.AsSpan().SequenceEqual(other.Means.AsSpan())
        && Scales.AsSpan().SequenceEqual(other.Scales.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Standardizer);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Means.Length, TargetMean, TargetDeviation);

    private void CheckLengths(int raw, int standardized)
    {
        if (raw != Means.Length || standardized != Means.Length)
        {
            throw new ArgumentException(
                $"A row has {Means.Length} features; got {raw} in and room for {standardized} out.");
        }
    }
}
