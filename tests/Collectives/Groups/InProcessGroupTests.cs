using System.Collections.Immutable;
using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

public sealed class InProcessGroupTests : ProcessGroupConformance
{
    protected override ImmutableArray<ProcessGroup> Create(int worldSize, ProcessGroupOptions options) =>
        InProcessGroup.Create(worldSize, new InProcessOptions
        {
            Algorithm = options.Algorithm,
            StallTime = options.StallTime,
            TimeProvider = options.TimeProvider,
            SumInRankOrder = options.SumInRankOrder,
        });

    [Fact]
    public void Rank_order_is_refused_together_with_an_algorithm_that_cannot_keep_it()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            InProcessGroup.Create(2, new() { SumInRankOrder = true, Algorithm = AllReduceAlgorithm.Ring }));
        Assert.Contains("Ring", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1025)]
    public void A_world_size_out_of_range_is_refused(int worldSize) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => InProcessGroup.Create(worldSize));
}
