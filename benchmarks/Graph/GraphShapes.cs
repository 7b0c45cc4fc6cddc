using System.Collections.Immutable;
using TuneGraph.Graph;

namespace TuneGraph.Benchmarks;

/// <summary>The graphs of bench_dask.py, task for task.</summary>
internal static class GraphShapes
{
    public static ImmutableArray<TaskSpec> Independent(int count)
    {
        var specs = ImmutableArray.CreateBuilder<TaskSpec>(count);
        for (var index = 0; index < count; index++)
            specs.Add(new TaskSpec { Key = $"t-{index}" });
        return specs.MoveToImmutable();
    }

    public static ImmutableArray<TaskSpec> Chain(int count)
    {
        var specs = ImmutableArray.CreateBuilder<TaskSpec>(count);
        for (var index = 0; index < count; index++)
            specs.Add(new TaskSpec { Key = $"c-{index}", Dependencies = index == 0 ? [] : [specs[index - 1].Key] });
        return specs.MoveToImmutable();
    }

    /// <summary>Binary sums over a power of two of leaves.</summary>
    public static ImmutableArray<TaskSpec> Tree(int leaves)
    {
        var specs = ImmutableArray.CreateBuilder<TaskSpec>((2 * leaves) - 1);
        for (var index = 0; index < leaves; index++)
            specs.Add(new TaskSpec { Key = $"r0-{index}" });
        var below = 0;
        for (var (level, width) = (1, leaves / 2); width > 0; (level, width) = (level + 1, width / 2))
        {
            var first = specs.Count;
            for (var index = 0; index < width; index++)
            {
                specs.Add(new TaskSpec
                {
                    Key = $"r{level}-{index}",
                    Dependencies = [specs[below + (2 * index)].Key, specs[below + (2 * index) + 1].Key],
                });
            }
            below = first;
        }
        return specs.MoveToImmutable();
    }

    /// <summary>Each task reads itself and its neighbours in the layer below.</summary>
    public static ImmutableArray<TaskSpec> Stencil(int layers, int width)
    {
        var specs = ImmutableArray.CreateBuilder<TaskSpec>(layers * width);
        for (var layer = 0; layer < layers; layer++)
        {
            for (var at = 0; at < width; at++)
                specs.Add(new TaskSpec { Key = $"s{layer}-{at}", Dependencies = Below(specs, layer, at, width) });
        }
        return specs.MoveToImmutable();
    }

    private static ImmutableArray<TaskKey> Below(ImmutableArray<TaskSpec>.Builder specs, int layer, int at, int width)
    {
        if (layer == 0)
            return [];
        var keys = ImmutableArray.CreateBuilder<TaskKey>(3);
        for (var near = Math.Max(0, at - 1); near <= Math.Min(width - 1, at + 1); near++)
            keys.Add(specs[((layer - 1) * width) + near].Key);
        return keys.ToImmutable();
    }
}
