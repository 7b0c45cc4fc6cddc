namespace TuneGraph.Collectives;

/// <summary>Bytes of another rank were changed, lost, repeated or reordered on their way.</summary>
/// <param name="message">What came and what was due.</param>
/// <param name="call">The call that received it.</param>
/// <param name="sender">The rank that had sent it.</param>
public sealed class CollectiveCorruptedException(string message, CollectiveCall call, int sender)
    : CollectiveException(message, call)
{
    /// <summary>The rank that had sent the message.</summary>
    public int Sender { get; } = sender;
}
