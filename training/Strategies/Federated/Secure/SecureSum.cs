using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// A secure aggregation over the ranks, each of which holds every N-th client. What goes between ranks is what goes
/// between clients and server; each rank opens the sum.
/// </summary>
/// <param name="clients">Clients of the round, at most 255.</param>
/// <param name="threshold">Clients that must stay.</param>
/// <param name="group">The ranks.</param>
internal sealed class SecureSum(int clients, int threshold, ProcessGroup group)
{
    /// <summary>Numbers are kept to 2⁻²⁴; what is left of 64 bits must hold the sum.</summary>
    private const double Scale = 1 << 24;

    /// <param name="stays">Which clients stay to the end; equal on all ranks.</param>
    /// <param name="vectorOf">The vector of one of this rank's clients.</param>
    /// <returns>The sum over those who stayed; null when they are too few.</returns>
    public double[]? Of(bool[] stays, Func<int, double[]> vectorOf)
    {
        var mine = new Dictionary<int, SecureClient>();
        for (var client = group.Rank; client < clients; client += group.WorldSize)
            mine[client] = new SecureClient(client, threshold);
        try
        {
            return Open(mine, stays, vectorOf);
        }
        finally
        {
            foreach (var client in mine.Values)
                client.Dispose();
        }
    }

    private double[]? Open(Dictionary<int, SecureClient> mine, bool[] stays, Func<int, double[]> vectorOf)
    {
        var keys = ClientExchange.Gather(group, clients, SecureClient.KeyBytes, client => mine[client].Keys());
        var shares = ClientExchange.Gather(group, clients, clients * SecureClient.ShareBytes,
            client => mine[client].Share(keys).SelectMany(share => share).ToArray());
        byte[][] For(int to) => [.. shares.Select(
            all => all[(to * SecureClient.ShareBytes)..((to + 1) * SecureClient.ShareBytes)])];
        Span<int> length = [0];
        var own = mine.Keys.ToDictionary(client => client, client => vectorOf(client));
        foreach (var vector in own.Values)
            length[0] = vector.Length;
        group.AllReduce(length, ReduceOp.Max);
        var masked = ClientExchange.Gather(group, clients, length[0],
            client => stays[client] ? mine[client].Mask(For(client), Integers(own[client])) : []);
        if (stays.Count(stay => stay) < threshold)
            return null;
        var revealed = ClientExchange.Gather(group, clients, clients * SecureClient.OneShare,
            client => stays[client] ? mine[client].Reveal(stays).SelectMany(share => share).ToArray() : []);
        var sum = SecureServer.Sum(keys, [.. masked.Select((vector, client) => stays[client] ? vector : null)],
            [.. revealed.Select((all, client) => stays[client] ? Cut(all) : [])], threshold);
        return sum is null ? null : Array.ConvertAll(sum, value => unchecked((long)value) / Scale);
    }

    private static byte[]?[] Cut(byte[] all) => [.. all.Chunk(SecureClient.OneShare)];

    private ulong[] Integers(double[] values) => Array.ConvertAll(values, value =>
    {
        var scaled = Math.Round(value * Scale);
        return Math.Abs(scaled) * clients < long.MaxValue
            ? unchecked((ulong)(long)scaled)
            : throw new OverflowException($"An update of {value} is too large for a secure sum of {clients} clients; "
                + "clip updates, or lower the learning rate.");
    });
}
