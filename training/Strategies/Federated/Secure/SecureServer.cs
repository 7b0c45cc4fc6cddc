namespace TuneGraph.Training;

/// <summary>The server's part of a secure aggregation: opens the sum of those who stayed, and nothing else.</summary>
internal static class SecureServer
{
    /// <param name="keys">All clients' public keys.</param>
    /// <param name="masked">Their masked vectors; null for those who left.</param>
    /// <param name="revealed">Element u: what client u, who stayed, opened of each client.</param>
    /// <param name="threshold">Clients that must have stayed.</param>
    /// <returns>The exact sum modulo 2⁶⁴; null when too few stayed.</returns>
    public static ulong[]? Sum(byte[][] keys, ulong[]?[] masked, byte[]?[][] revealed, int threshold)
    {
        var stayed = masked.OfType<ulong[]>().ToArray();
        if (stayed.Length < threshold)
            return null;
        var sum = new ulong[stayed[0].Length];
        foreach (var vector in stayed)
        {
            for (var i = 0; i < sum.Length; i++)
                sum[i] = unchecked(sum[i] + vector[i]);
        }
        for (var client = 0; client < keys.Length; client++)
        {
            var secret = SecretShares.Join([.. revealed
                .Select(shares => shares.Length > 0 ? shares[client] : null).OfType<byte[]>().Take(threshold)]);
            if (masked[client] is not null)
                MaskStream.Add(secret, subtract: true, sum);
            else
                Unmask(client, secret, keys, masked, sum);
        }
        return sum;
    }

    /// <summary>Takes away what the others added for one who then left.</summary>
    private static void Unmask(int left, byte[] privateKey, byte[][] keys, ulong[]?[] masked, ulong[] sum)
    {
        using var pair = SecureKeys.Of(privateKey);
        for (var other = 0; other < keys.Length; other++)
        {
            // The other subtracted the mask if the one who left comes before it.
            if (masked[other] is not null)
                MaskStream.Add(SecureClient.MaskSeed(pair, keys[other]), subtract: left > other, sum);
        }
    }
}
