namespace TuneGraph.Search;

/// <summary>
/// The exploration of population-based training (Jaderberg et al. 2017, section 4.1.1): each parameter is drawn anew
/// with a small chance, else multiplied by 1.2 or 0.8, as fair a chance for either; a choice is kept unless it is drawn
/// anew.
/// </summary>
public sealed class Perturbation : Exploration
{
    private const double Up = 1.2;
    private const double Down = 0.8;

    /// <inheritdoc/>
    public override string Name => "pbt";

    /// <inheritdoc/>
    public override Configuration Explore(
        SearchSpace space, Trial donor, int step, StudyHistory history, PopulationOptions options, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(donor);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        return space.Build(parameter =>
        {
            if (!donor.Configuration.TryGet(parameter.Name, out var value)
                || !parameter.Distribution.Contains(value))
                return RandomSampler.Draw(parameter.Distribution, random);
            if (options.Inherited.Contains(parameter.Name))
                return value;
            return random.NextDouble() < options.ResampleChance
                ? RandomSampler.Draw(parameter.Distribution, random)
                : Multiply(parameter.Distribution, value, random.NextDouble() < 0.5 ? Up : Down);
        });
    }

    private static ParameterValue Multiply(Distribution distribution, ParameterValue value, double factor) =>
        distribution switch
        {
            FloatDistribution f => f.Coerce(ParameterValue.Float(Snap(f, value.AsFloat() * factor))),
            IntDistribution i => i.Coerce(ParameterValue.Int(Snap(i, value.AsInt(), factor))),
            _ => value,
        };

    private static double Snap(FloatDistribution range, double value)
    {
        var clamped = Math.Clamp(value, range.Low, range.High);
        return range.Step is { } step
            ? Math.Clamp(range.Low + (Math.Round((clamped - range.Low) / step) * step), range.Low, range.High)
            : clamped;
    }

    /// <summary>Away from the old value by at least one step, where the range allows.</summary>
    private static long Snap(IntDistribution range, long value, double factor)
    {
        var steps = Math.Round(Math.Abs((double)value * (factor - 1)) / range.Step);
        var change = Math.Max(1, steps) * range.Step * (factor > 1 == value >= 0 ? 1 : -1);
        var last = range.Low + (((range.High - range.Low) / range.Step) * range.Step);
        return (long)Math.Clamp(value + change, range.Low, last);
    }
}
