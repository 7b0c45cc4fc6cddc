using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

public sealed class CheckedMessagesTests
{
    [Theory]
    [InlineData(AllReduceAlgorithm.Ring)]
    [InlineData(AllReduceAlgorithm.Tree)]
    [InlineData(AllReduceAlgorithm.Direct)]
    public void A_flipped_bit_is_found_and_its_sender_named(AllReduceAlgorithm algorithm)
    {
        var errors = Reduce(new() { Algorithm = algorithm, CheckMessages = true }, new() { Corrupt = 1 });
        var corrupted = Assert.IsType<CollectiveCorruptedException>(errors[1]);
        Assert.Equal(0, corrupted.Sender);
        Assert.Contains("checksum", corrupted.Message, StringComparison.Ordinal);
        Assert.Contains("damaged message of rank 0", Assert.IsType<CollectiveAbortedException>(errors[0]).Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_that_comes_twice_is_found_even_without_checksums()
    {
        var errors = Reduce(new() { Algorithm = AllReduceAlgorithm.Doubling }, new() { Duplicate = 1 });
        Assert.Contains("was due", errors[1]!.Message, StringComparison.Ordinal);
    }

    private static Exception?[] Reduce(ProcessGroupOptions options, FaultPlan plan)
    {
        ProcessGroup[] groups = [.. InProcessGroup.CreateTransports(2).Select(transport => ProcessGroup.Over(
            new FaultyTransport(transport, transport.Rank == 1 ? plan : new()), options))];
        return Ranks.Catch(groups, group =>
        {
            for (var call = 0; call < 5; call++) group.AllReduce(new float[8]);
        });
    }
}
