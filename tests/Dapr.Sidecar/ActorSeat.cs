namespace TuneGraph.Tests.Sidecar;

/// <summary>One activation of an actor: where it lives, and the lock that makes its turns one at a time.</summary>
/// <param name="host">Whose application has it.</param>
internal sealed class ActorSeat(DaprSidecar host)
{
    internal DaprSidecar Host => host;

    internal SemaphoreSlim Turn { get; } = new(1, 1);
}
