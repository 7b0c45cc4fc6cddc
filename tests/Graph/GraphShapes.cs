using System.Collections.Immutable;
using TuneGraph.Graph;

namespace TuneGraph.Tests.Graph;

/// <summary>The graphs that the benchmarks run, small enough for tests.</summary>
internal static class GraphShapes
{
    /// <summary>Layers; each task reads its three neighbours in the layer below.</summary>
    public static ImmutableArray<TaskSpec> Stencil(int width, int depth)
    {
        var specs = ImmutableArray.CreateBuilder<TaskSpec>(width * depth);
        for (var layer = 0; layer < depth; layer++)
        {
            for (var at = 0; at < width; at++)
            {
                TaskKey[] below = layer == 0 ? [] : [.. Enumerable.Range(at - 1, 3).Where(x => x >= 0 && x < width).Select(x => Key(layer - 1, x))];
                specs.Add(new TaskSpec { Key = Key(layer, at), Dependencies = [.. below] });
            }
        }
        return specs.MoveToImmutable();

        static TaskKey Key(int layer, int at) => $"s{layer}-{at}";
    }

    /// <summary>A binary tree of sums over 2^levels leaves.</summary>
    public static ImmutableArray<TaskSpec> Tree(int levels)
    {
        var specs = ImmutableArray.CreateBuilder<TaskSpec>();
        for (var level = 0; level <= levels; level++)
        {
            for (var at = 0; at < 1 << (levels - level); at++)
            {
                TaskKey[] below = level == 0 ? [] : [$"n{level - 1}-{2 * at}", $"n{level - 1}-{(2 * at) + 1}"];
                specs.Add(new TaskSpec { Key = $"n{level}-{at}", Dependencies = [.. below] });
            }
        }
        return specs.ToImmutable();
    }

    /// <summary>Many independent chains.</summary>
    public static ImmutableArray<TaskSpec> Chains(int count, int length) =>
        [.. Enumerable.Range(0, length).SelectMany(step => Enumerable.Range(0, count).Select(chain => new TaskSpec
        {
            Key = $"c{chain}-{step}",
            Dependencies = step == 0 ? [] : [$"c{chain}-{step - 1}"],
        }))];

    /// <summary>Loads, a map over each, and a final sum of each group: map-reduce.</summary>
    public static ImmutableArray<TaskSpec> MapReduce(int groups, int size) =>
    [
        .. Enumerable.Range(0, groups * size).Select(at => new TaskSpec { Key = $"load-{at}" }),
        .. Enumerable.Range(0, groups * size).Select(at => new TaskSpec { Key = $"map-{at}", Dependencies = [$"load-{at}"] }),
        .. Enumerable.Range(0, groups).Select(group => new TaskSpec
        {
            Key = $"sum-{group}",
            Dependencies = [.. Enumerable.Range(group * size, size).Select(at => new TaskKey($"map-{at}"))],
        }),
    ];
}
