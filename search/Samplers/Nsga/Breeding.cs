using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>Makes children of two trials, parameter by parameter.</summary>
internal sealed class Breeding(NsgaOptions options, SearchSpace space)
{
    private readonly double _mutation = options.MutationChance ?? 1.0 / Math.Max(1, space.Parameters.Length);

    /// <summary>
    /// A child. A parameter that was active in one parent only comes from that one; one that was in neither is drawn.
    /// </summary>
    public Configuration Child(Trial mother, Trial father, SearchRandom random)
    {
        var (hers, his) = (mother.CodesIn(space).ToArray(), father.CodesIn(space).ToArray());
        var mixes = random.NextDouble() < options.CrossoverChance;
        var place = -1;
        return space.Build(parameter =>
        {
            do
                place++;
            while (!ReferenceEquals(space.Parameters[place], parameter)); // inactive ones are not asked for
            return Gene(parameter.Distribution, hers[place], his[place], mixes, random);
        });
    }

    private ParameterValue Gene(Distribution distribution, double a, double b, bool mixes, SearchRandom random)
    {
        if (double.IsNaN(a) && double.IsNaN(b))
            return RandomSampler.Draw(distribution, random);
        var code = double.IsNaN(a) ? b : !mixes || double.IsNaN(b) ? a : Mix(distribution, a, b, random);
        return random.NextDouble() < _mutation ? Mutated(distribution, code, random) : distribution.Decode(code);
    }

    private double Mix(Distribution distribution, double a, double b, SearchRandom random)
    {
        var swaps = random.NextDouble() < options.SwapChance;
        if (!distribution.HasOrder || options.Crossover == NsgaCrossover.Uniform)
            return swaps ? b : a;
        if (random.NextDouble() < 0.5) // as many parameters are left alone, as in Deb's code
            return a;
        var (low, high) = Variation.Cross(a, b, options.CrossoverIndex, random.NextDouble());
        return (a < b) == swaps ? high : low;
    }

    private ParameterValue Mutated(Distribution distribution, double code, SearchRandom random)
    {
        if (distribution is CategoricalDistribution { Ordered: false } choice)
            return Other(choice.Choices, choice.IndexAt(code), random);
        var (mutant, old) = (Variation.Mutate(code, options.MutationIndex, random.NextDouble()), code);
        var value = distribution.Decode(mutant);
        if (distribution.Cardinality is null or 1 || value != distribution.Decode(old))
            return value;
        var (low, high) = distribution.Cell(old); // too small a step to leave the cell: on to a neighbour
        var up = low <= 0 || (high < 1 && mutant > old);
        return distribution.Decode(up ? Math.BitIncrement(high) : Math.BitDecrement(low));
    }

    private static ParameterValue Other(ImmutableArray<ParameterValue> choices, int old, SearchRandom random)
    {
        if (choices.Length == 1)
            return choices[0];
        var other = (int)random.NextInt64(choices.Length - 1);
        return choices[other < old ? other : other + 1];
    }
}
