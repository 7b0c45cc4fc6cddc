using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>Vectors of clients, every N-th of which is held by one rank, brought to all ranks.</summary>
internal static class ClientExchange
{
    /// <param name="group">The ranks.</param>
    /// <param name="clients">Number of clients.</param>
    /// <param name="length">Elements of a client's vector.</param>
    /// <param name="of">The vector of one of this rank's clients; what it lacks is 0.</param>
    /// <returns>The clients' vectors, in order.</returns>
    public static U[][] Gather<U>(ProcessGroup group, int clients, int length, Func<int, U[]> of)
        where U : unmanaged
    {
        var slots = (clients + group.WorldSize - 1) / group.WorldSize;
        var own = new U[slots * length];
        for (var slot = 0; slot < slots && (slot * group.WorldSize) + group.Rank < clients; slot++)
            of((slot * group.WorldSize) + group.Rank).CopyTo(own, slot * length);
        var all = new U[own.Length * group.WorldSize];
        if (typeof(U) == typeof(ulong))
            group.AllGather(Words(own), Words(all));
        else
            group.AllGather<U>(own, all);
        return [.. Enumerable.Range(0, clients).Select(client => all.AsSpan(
            (((client % group.WorldSize) * slots) + (client / group.WorldSize)) * length, length).ToArray())];
    }

    private static Span<long> Words<U>(U[] values)
        where U : unmanaged => System.Runtime.InteropServices.MemoryMarshal.Cast<U, long>(values.AsSpan());
}
