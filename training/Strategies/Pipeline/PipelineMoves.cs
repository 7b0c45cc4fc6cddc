using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>
/// What each stage of a pipeline does in a step, in order. Messages need no buffers: wherever a stage sends, the other
/// one receives next, whatever else has happened.
/// </summary>
internal static class PipelineMoves
{
    /// <summary>The moves of one stage.</summary>
    /// <param name="schedule">The order of passes.</param>
    /// <param name="stage">From 0.</param>
    /// <param name="stages">Number of stages, p.</param>
    /// <param name="microBatches">Number of micro-batches, m.</param>
    public static ImmutableArray<PipelineMove> Of(
        PipelineSchedule schedule, int stage, int stages, int microBatches)
    {
        var all = schedule == PipelineSchedule.GPipe
            ? AllForward(microBatches)
            : Alternating(Math.Min(stages - 1 - stage, microBatches), microBatches, sendsFirst: stage % 2 == 0);
        return [.. all.Where(move => Concerns(move.Verb, stage, stages))];
    }

    /// <summary>Micro-batches whose values a stage keeps at most.</summary>
    public static int Live(PipelineSchedule schedule, int stage, int stages, int microBatches) =>
        schedule == PipelineSchedule.GPipe ? microBatches : Math.Min(microBatches, stages - stage);

    private static IEnumerable<PipelineMove> AllForward(int microBatches) =>
        Enumerable.Range(0, microBatches).SelectMany(Forward)
            .Concat(Enumerable.Range(0, microBatches).SelectMany(Backward));

    /// <summary>
    /// First as many forward passes as it takes until the first gradient comes, then one of each by turns. There
    /// messages of two neighbours cross: stages of even number send first, those of odd number receive first.
    /// </summary>
    private static IEnumerable<PipelineMove> Alternating(int first, int microBatches, bool sendsFirst)
    {
        for (var k = 0; k < first; k++)
        {
            foreach (var move in Forward(k))
                yield return move;
        }
        if (first < microBatches)
            yield return new(PipelineVerb.ReceiveInput, first);
        for (var back = 0; first + back < microBatches; back++)
        {
            var forth = first + back;
            yield return new(PipelineVerb.Forward, forth);
            foreach (var move in Cross(new(PipelineVerb.SendOutput, forth), new(PipelineVerb.ReceiveGradient, back)))
                yield return move;
            yield return new(PipelineVerb.Backward, back);
            var next = new PipelineMove(PipelineVerb.ReceiveInput, forth + 1);
            PipelineMove[] last = [new(PipelineVerb.SendGradient, back)];
            foreach (var move in forth + 1 < microBatches ? Cross(last[0], next) : last)
                yield return move;
        }
        for (var back = microBatches - first; back < microBatches; back++)
        {
            foreach (var move in Backward(back))
                yield return move;
        }

        PipelineMove[] Cross(PipelineMove send, PipelineMove receive) =>
            sendsFirst ? [send, receive] : [receive, send];
    }

    private static PipelineMove[] Forward(int microBatch) =>
    [
        new(PipelineVerb.ReceiveInput, microBatch), new(PipelineVerb.Forward, microBatch),
        new(PipelineVerb.SendOutput, microBatch),
    ];

    private static PipelineMove[] Backward(int microBatch) =>
    [
        new(PipelineVerb.ReceiveGradient, microBatch), new(PipelineVerb.Backward, microBatch),
        new(PipelineVerb.SendGradient, microBatch),
    ];

    private static bool Concerns(PipelineVerb verb, int stage, int stages) => verb switch
    {
        PipelineVerb.ReceiveInput or PipelineVerb.SendGradient => stage > 0,
        PipelineVerb.SendOutput or PipelineVerb.ReceiveGradient => stage < stages - 1,
        _ => true,
    };
}
