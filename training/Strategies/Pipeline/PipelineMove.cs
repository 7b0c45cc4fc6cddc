namespace TuneGraph.Training;

/// <summary>What a stage of a pipeline does next.</summary>
internal enum PipelineVerb
{
    ReceiveInput,
    Forward,
    SendOutput,
    ReceiveGradient,
    Backward,
    SendGradient,
}

/// <summary>One thing that a stage does.</summary>
/// <param name="Verb">What.</param>
/// <param name="MicroBatch">With which micro-batch, from 0.</param>
internal readonly record struct PipelineMove(PipelineVerb Verb, int MicroBatch);
