namespace TuneGraph.Collectives;

/// <summary>One call with its memory, ready to run on the caller's or the progress thread.</summary>
internal readonly unsafe struct CollectiveWork(
    CollectiveCall call, byte* input, byte* output, CancellationToken cancellationToken)
{
    internal CollectiveCall Call { get; } = call;

    /// <summary>Values to send; equal to <see cref="Output"/> where the call works in place.</summary>
    internal byte* Input { get; } = input;

    internal byte* Output { get; } = output;

    internal CancellationToken CancellationToken { get; } = cancellationToken;

    internal long Bytes => Call.Elements * Call.Element.Bytes();
}
