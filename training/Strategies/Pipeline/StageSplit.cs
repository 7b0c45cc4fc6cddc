using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>Divides a list of layers into the stages of a pipeline.</summary>
internal static class StageSplit
{
    /// <summary>
    /// The stages whose slowest has the least work, every one of which learns something. Dynamic programming over
    /// stages and layers.
    /// </summary>
    /// <param name="parts">What can be parted.</param>
    /// <param name="layers">Length of the list of layers.</param>
    /// <param name="stages">Number of stages, at least 1.</param>
    /// <exception cref="ArgumentException">There are fewer layers that learn than stages.</exception>
    public static ImmutableArray<Range> Balanced(ImmutableArray<LayerPart> parts, int layers, int stages)
    {
        var least = new double[stages + 1, parts.Length + 1];   // most work of a stage, for the first parts
        var cut = new int[stages + 1, parts.Length + 1];        // where the last stage of them begins
        for (var end = 1; end <= parts.Length; end++)
            least[0, end] = double.PositiveInfinity;
        for (var stage = 1; stage <= stages; stage++)
        {
            least[stage, 0] = double.PositiveInfinity;
            for (var end = 1; end <= parts.Length; end++)
                (least[stage, end], cut[stage, end]) = Best(parts, least, stage, end);
        }
        if (double.IsInfinity(least[stages, parts.Length]))
        {
            throw new ArgumentException($"{stages} stages need as many layers that learn and can be parted; the model "
                + $"has {parts.Count(part => part.Learns)}. Use fewer stages, or more layers.");
        }
        var ranges = new Range[stages];
        var (last, at) = (layers, parts.Length);
        for (var stage = stages; stage > 0; stage--)
        {
            at = cut[stage, at];
            ranges[stage - 1] = parts[at].First..last;
            last = parts[at].First;
        }
        return [.. ranges];
    }

    /// <summary>The stages of given numbers of layers.</summary>
    /// <param name="parts">What can be parted.</param>
    /// <param name="layers">Length of the list of layers.</param>
    /// <param name="counts">Layers of each stage.</param>
    /// <exception cref="ArgumentException">They cannot be divided so.</exception>
    public static ImmutableArray<Range> Given(ImmutableArray<LayerPart> parts, int layers, ImmutableArray<int> counts)
    {
        if (counts.Sum() != layers)
        {
            throw new ArgumentException($"The stages have {string.Join(" + ", counts)} = {counts.Sum()} layers, but "
                + $"the model has {layers}.");
        }
        var first = 0;
        var ranges = ImmutableArray.CreateBuilder<Range>(counts.Length);
        foreach (var count in counts)
        {
            if (!parts.Any(part => part.First == first))
            {
                throw new ArgumentException($"A stage cannot begin with layer {first}: it belongs to the one before "
                    + "it. Functions of a linear layer's or convolution's outputs stay with it.");
            }
            var end = first + count;
            if (!parts.Any(part => part.Learns && part.First >= first && part.First < end))
                throw new ArgumentException($"The stage of the layers {first} to {end - 1} learns nothing.");
            ranges.Add(first..end);
            first = end;
        }
        return ranges.MoveToImmutable();
    }

    private static (double Most, int Cut) Best(
        ImmutableArray<LayerPart> parts, double[,] least, int stage, int end)
    {
        var (best, cut, work, learns) = (double.PositiveInfinity, 0, 0.0, false);
        for (var from = end - 1; from >= 0; from--)
        {
            work += parts[from].Work;
            learns |= parts[from].Learns;
            var most = learns ? Math.Max(work, least[stage - 1, from]) : double.PositiveInfinity;
            if (most < best)
                (best, cut) = (most, from);
        }
        return (best, cut);
    }
}
