using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

/// <summary>The whole suite again, over a transport that stutters.</summary>
public sealed class StutteringGroupTests : ProcessGroupConformance
{
    protected override ImmutableArray<ProcessGroup> Create(int worldSize, ProcessGroupOptions options) =>
        Faulty.Groups(worldSize, options, seed: worldSize);
}

public sealed class FaultyTransportTests
{
    [Property(MaxTest = 60)]
    public Property Sums_are_exact_for_any_length_world_size_operation_and_algorithm() => Prop.ForAll(
        (from worldSize in Gen.Choose(1, 6)
         from length in Gen.Choose(0, 3000)
         from algorithm in Gen.Elements(Enum.GetValues<AllReduceAlgorithm>())
         from op in Gen.Elements(ReduceOp.Sum, ReduceOp.Min, ReduceOp.Max)
         from seed in Gen.Choose(0, int.MaxValue - 10)
         select (worldSize, length, algorithm, op, seed)).ToArbitrary(),
        shape =>
        {
            var inputs = Enumerable.Range(0, shape.worldSize)
                .Select(rank => Values(shape.seed + rank, shape.length)).ToArray();
            var expected = Enumerable.Range(0, shape.length)
                .Select(i => ProcessGroupConformance.Reduce(shape.op, inputs.Select(input => (double)input[i])))
                .Select(x => (float)x).ToArray();
            var groups = Faulty.Groups(shape.worldSize, new() { Algorithm = shape.algorithm }, shape.seed);
            Ranks.Run(groups, group =>
            {
                var values = inputs[group.Rank].ToArray();
                group.AllReduce(values, shape.op);
                Assert.Equal(expected, values);
            });
        });

    [Property(MaxTest = 40)]
    public Property A_cable_that_breaks_anywhere_ends_the_group_on_every_rank_by_name() => Prop.ForAll(
        (from worldSize in Gen.Choose(2, 5)
         from broken in Gen.Choose(0, worldSize - 1)
         from operation in Gen.Choose(1, 60)
         from algorithm in Gen.Elements(Enum.GetValues<AllReduceAlgorithm>())
         from seed in Gen.Choose(0, int.MaxValue - 10)
         select (worldSize, broken, operation, algorithm, seed)).ToArbitrary(),
        fault =>
        {
            var options = new ProcessGroupOptions { Algorithm = fault.algorithm };
            var groups = Faulty.Groups(fault.worldSize, options, fault.seed, fault.broken, fault.operation);
            var errors = Ranks.Catch(groups, group =>
            {
                // Enough calls for every rank to reach any of the drawn operations and to hear of the end.
                for (var i = 0; i < 200; i++) group.AllReduce(new float[500]);
            });
            for (var rank = 0; rank < errors.Length; rank++)
            {
                if (rank == fault.broken)
                {
                    var broken = Assert.IsType<IOException>(errors[rank]);
                    Assert.Contains("cable", broken.Message, StringComparison.Ordinal);
                    continue;
                }
                var aborted = Assert.IsType<CollectiveAbortedException>(errors[rank]);
                Assert.Equal(fault.broken, aborted.AbortingRank);
                Assert.Contains("cable", aborted.Reason, StringComparison.Ordinal);
            }
            foreach (var group in groups) group.Dispose();
        });

    private static float[] Values(int seed, int length)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)random.Next(-100_000, 100_000))];
    }
}

internal static class Faulty
{
    internal static ImmutableArray<ProcessGroup> Groups(
        int worldSize, ProcessGroupOptions options, int seed, int broken = -1, long breaksAt = long.MaxValue) =>
        [.. InProcessGroup.CreateTransports(worldSize).Select(transport => ProcessGroup.Over(
            new FaultyTransport(transport, new()
            {
                Seed = seed + transport.Rank,
                Stutter = 1.0 / 3,
                BreaksAt = transport.Rank == broken ? breaksAt : long.MaxValue,
            }),
            options))];
}
