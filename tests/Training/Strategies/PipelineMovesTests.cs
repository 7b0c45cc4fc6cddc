using System.Collections.Immutable;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Schedules of pipelines, all stages together.</summary>
public sealed class PipelineMovesTests
{
    public static TheoryData<PipelineSchedule> Schedules => [.. Enum.GetValues<PipelineSchedule>()];

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Stages_never_wait_for_each_other_in_a_circle_though_no_message_is_buffered(PipelineSchedule schedule)
    {
        for (var stages = 1; stages <= 8; stages++)
        {
            for (var microBatches = 1; microBatches <= 12; microBatches++)
                AssertFinishes(All(schedule, stages, microBatches));
        }
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Every_stage_takes_every_micro_batch_once_each_way_in_order(PipelineSchedule schedule)
    {
        foreach (var moves in All(schedule, 5, 7))
        {
            foreach (var verb in new[] { PipelineVerb.Forward, PipelineVerb.Backward })
            {
                Assert.Equal(
                    Enumerable.Range(0, 7), moves.Where(move => move.Verb == verb).Select(move => move.MicroBatch));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void A_stage_keeps_as_many_micro_batches_as_the_papers_say(PipelineSchedule schedule)
    {
        for (var stages = 1; stages <= 6; stages++)
        {
            for (var microBatches = 1; microBatches <= 9; microBatches++)
            {
                var all = All(schedule, stages, microBatches);
                for (var stage = 0; stage < stages; stage++)
                {
                    var due = schedule == PipelineSchedule.GPipe
                        ? microBatches
                        : Math.Min(microBatches, stages - stage);
                    Assert.Equal(due, MostLive(all[stage]));
                    Assert.Equal(due, PipelineMoves.Live(schedule, stage, stages, microBatches));
                }
            }
        }
    }

    [Fact]
    public void Stages_have_the_least_possible_most_work()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var parts = Enumerable.Range(0, random.Next(3, 9))
                .Select(i => new LayerPart(i, random.Next(1, 50), random.Next(3) > 0 || i < 3)).ToImmutableArray();
            var stages = random.Next(1, 4);

            var ranges = StageSplit.Balanced(parts, parts.Length, stages);

            Assert.Equal(Least(parts, 0, stages), ranges.Max(range => WorkOf(parts, range)));
            Assert.Equal(0, ranges[0].Start.Value);
            Assert.Equal(parts.Length, ranges[^1].End.Value);
            Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.Start));
            Assert.All(ranges, range => Assert.Contains(parts[range], part => part.Learns));
        }
    }

    private static ImmutableArray<PipelineMove>[] All(PipelineSchedule schedule, int stages, int microBatches) =>
        [.. Enumerable.Range(0, stages).Select(stage => PipelineMoves.Of(schedule, stage, stages, microBatches))];

    /// <summary>Every stage goes on as far as it can; a message passes when both sides are at it.</summary>
    private static void AssertFinishes(ImmutableArray<PipelineMove>[] moves)
    {
        var next = new int[moves.Length];
        PipelineMove? At(int stage) => next[stage] < moves[stage].Length ? moves[stage][next[stage]] : null;
        bool Passes(int stage, PipelineVerb send, int other, PipelineVerb receive)
        {
            if (At(stage) is not { } move || move.Verb != send
                || At(other) != new PipelineMove(receive, move.MicroBatch))
            {
                return false;
            }
            next[stage]++;
            next[other]++;
            return true;
        }

        for (var moved = true; moved;)
        {
            moved = false;
            for (var stage = 0; stage < moves.Length; stage++)
            {
                if (At(stage)?.Verb is PipelineVerb.Forward or PipelineVerb.Backward)
                    (next[stage], moved) = (next[stage] + 1, true);
                else if (stage + 1 < moves.Length)
                {
                    moved |= Passes(stage, PipelineVerb.SendOutput, stage + 1, PipelineVerb.ReceiveInput)
                        || Passes(stage + 1, PipelineVerb.SendGradient, stage, PipelineVerb.ReceiveGradient);
                }
            }
        }
        for (var stage = 0; stage < moves.Length; stage++)
            Assert.Equal(moves[stage].Length, next[stage]);
    }

    private static int MostLive(ImmutableArray<PipelineMove> moves)
    {
        var (live, most) = (0, 0);
        foreach (var move in moves)
        {
            live += move.Verb switch { PipelineVerb.Forward => 1, PipelineVerb.Backward => -1, _ => 0 };
            most = Math.Max(most, live);
        }
        return most;
    }

    private static long WorkOf(ImmutableArray<LayerPart> parts, Range range) => parts[range].Sum(part => part.Work);

    /// <summary>By trying all ways.</summary>
    private static double Least(ImmutableArray<LayerPart> parts, int from, int stages)
    {
        if (stages == 0)
            return from == parts.Length ? 0 : double.PositiveInfinity;
        var least = double.PositiveInfinity;
        for (var end = from + 1; end <= parts.Length; end++)
        {
            if (parts[from..end].Any(part => part.Learns))
                least = Math.Min(least, Math.Max(WorkOf(parts, from..end), Least(parts, end, stages - 1)));
        }
        return least;
    }
}
