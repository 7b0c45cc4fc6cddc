namespace TuneGraph.Collectives;

/// <summary>Ranks on any hosts, connected by TCP or, on one host, by Unix domain sockets.</summary>
public sealed class SocketGroup : ProcessGroup
{
    private SocketGroup(Transport transport, SocketOptions options) : base(transport, options) { }

    /// <summary>
    /// What <see cref="Join"/> builds on, for groups that put something in between; see
    /// <see cref="ProcessGroup.Over"/>.
    /// </summary>
    /// <param name="name">As in <see cref="Join"/>, like all that follows.</param>
    /// <param name="rank">0 … <paramref name="worldSize"/> − 1.</param>
    /// <param name="worldSize">Number of ranks.</param>
    /// <param name="store">Where the ranks find each other's addresses.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Gives up joining.</param>
    public static Transport Connect(
        string name,
        int rank,
        int worldSize,
        RendezvousStore store,
        SocketOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(store);
        return new SocketTransport(name, rank, worldSize, store, options ?? new(), cancellationToken);
    }

    /// <summary>Joins a group and returns when all ranks have.</summary>
    /// <param name="name">Names the group in the store; no other group that uses the store has or had it.</param>
    /// <param name="rank">0 … <paramref name="worldSize"/> − 1.</param>
    /// <param name="worldSize">Number of ranks, at least 1. Every pair has two connections.</param>
    /// <param name="store">Where the ranks find each other's addresses; also used by sub-groups, so it must outlive the
    /// group.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Gives up joining.</param>
    /// <exception cref="TimeoutException">Some ranks, which are named, did not join within the join time.</exception>
    /// <exception cref="IOException">A rank could not be reached, or does not know the token.</exception>
    public static SocketGroup Join(
        string name,
        int rank,
        int worldSize,
        RendezvousStore store,
        SocketOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new();
        return new(Connect(name, rank, worldSize, store, options, cancellationToken), options);
    }
}
