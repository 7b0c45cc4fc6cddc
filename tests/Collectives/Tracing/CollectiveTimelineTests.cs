using System.Text.Json;
using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

public sealed class CollectiveTimelineTests
{
    [Fact]
    public void Calls_are_counted_with_the_bus_bandwidth_that_nccl_defines()
    {
        var timeline = new CollectiveTimeline(capacity: 3, new SecondClock());
        foreach (var group in InProcessGroup.Create(1, new() { Timeline = timeline }))
        {
            using (group) group.AllReduce(new float[10]);
        }
        Assert.Equal(0, timeline.Count); // nothing moves in a group of one
        Ranks.Run(InProcessGroup.Create(4, new() { Timeline = timeline }), group =>
        {
            group.Label = "fc2";
            group.AllReduce(new float[1000]);
            group.Label = "";
            group.AllGather<double>(new double[250], new double[1000]);
            group.Broadcast(new Half[7]);
            group.Barrier();
        });
        Assert.Equal(16, timeline.Count);
        Assert.Equal(3, timeline.Spans.Length);
        var reduced = timeline.TotalsOf(CollectiveKind.AllReduce);
        Assert.Equal((4, 4 * 4000, 4 * 6000.0), (reduced.Calls, reduced.Bytes, reduced.BusBytes));
        Assert.Equal(reduced.BusBytes / reduced.Seconds / 1e9, reduced.BusBandwidth);
        Assert.Equal(4 * 6000.0, timeline.TotalsOf(CollectiveKind.AllGather).BusBytes);
        Assert.Equal(4 * 14.0, timeline.TotalsOf(CollectiveKind.Broadcast).BusBytes);
        Assert.Equal((4, 0), (timeline.TotalsOf(CollectiveKind.Barrier).Calls,
            timeline.TotalsOf(CollectiveKind.Barrier).Bytes));
    }

    [Fact]
    public void The_trace_is_one_that_chrome_opens_with_a_process_per_rank_and_the_labels_as_names()
    {
        var timeline = new CollectiveTimeline();
        Ranks.Run(InProcessGroup.Create(2, new() { Timeline = timeline }), group =>
        {
            group.Label = "fc2";
            group.AllReduce(new float[100]);
        });
        using var file = new MemoryStream();
        timeline.WriteChromeTrace(file);
        using var json = JsonDocument.Parse(file.ToArray());
        var events = json.RootElement.GetProperty("traceEvents").EnumerateArray().ToArray();
        Assert.Equal([0, 1], events.Select(e => e.GetProperty("pid").GetInt32()).Order());
        Assert.All(events, e =>
        {
            Assert.Equal("X", e.GetProperty("ph").GetString());
            Assert.Equal("fc2", e.GetProperty("name").GetString());
            Assert.True(e.GetProperty("dur").GetDouble() >= 0);
            Assert.StartsWith(
                "all-reduce #1 'fc2' (sum of 100 f32", e.GetProperty("args").GetProperty("call").GetString(),
                StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_label_names_the_call_in_errors_and_another_one_is_another_call()
    {
        var errors = Ranks.Catch(InProcessGroup.Create(2), group =>
        {
            group.Label = group.Rank == 0 ? "fc1" : "a label of more than 24 b\u00fctes";
            group.AllReduce(new float[5]);
        });
        Assert.Contains(errors, error => error is CollectiveMismatchException);
        Assert.All(errors, error =>
        {
            Assert.Contains("all-reduce #1 'fc1'", error!.Message, StringComparison.Ordinal);
            Assert.Contains("'a label of more than 24 '", error.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Noting_calls_and_reducing_allocate_nothing()
    {
        Ranks.Run(InProcessGroup.Create(2, new() { Timeline = new() }), group =>
        {
            var values = new float[5000];
            Use(group, values); // whatever is made once, for the first wait of a kind as well
            var before = GC.GetAllocatedBytesForCurrentThread();
            Use(group, values);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        });

        static void Use(ProcessGroup group, float[] values)
        {
            for (var i = 0; i < 200; i++)
            {
                group.AllReduce(values);
                group.Broadcast(values);
                group.Barrier();
            }
        }
    }

    /// <summary>One second later at every look.</summary>
    private sealed class SecondClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref _now);
    }
}
