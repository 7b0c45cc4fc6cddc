using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Bonawitz et al. 2017: what the server learns, and what it does not.</summary>
public sealed class SecureAggregationTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void The_sum_is_exact_whoever_drops_out(int leaving)
    {
        const int Clients = 8, Threshold = 5;
        ulong[][] values = [.. Enumerable.Range(0, Clients).Select(
            client => Enumerable.Range(0, 3000).Select(i => unchecked((ulong)((client + 1) * (i - 1500)))).ToArray())];
        var stays = Enumerable.Range(0, Clients).Select(client => client >= leaving).ToArray();

        var sum = Aggregate(values, stays, Threshold);

        var expected = Enumerable.Range(0, 3000).Select(i => values.Where((_, client) => stays[client])
            .Aggregate(0ul, (total, vector) => unchecked(total + vector[i])));
        Assert.Equal(expected, sum);
    }

    [Fact]
    public void Below_the_threshold_nothing_is_opened() =>
        Assert.Null(Aggregate([[1], [2], [3], [4]], [true, true, false, false], threshold: 3));

    [Fact]
    public void No_client_opens_its_shares_twice_or_for_too_few()
    {
        using var few = new SecureClient(0, threshold: 2);
        Assert.Throws<InvalidOperationException>(() => few.Reveal([true, false]));
        using var alone = new SecureClient(0, threshold: 1);
        var received = alone.Share([alone.Keys()]);
        alone.Mask(received, [1, 2, 3]);
        alone.Reveal([true]);

        Assert.Throws<InvalidOperationException>(() => alone.Reveal([false]));
    }

    [Fact]
    public void What_one_client_sends_looks_like_noise()
    {
        // A vector of zeros under its masks: each of 256 bytes as often as the others. Chi squared of 255 degrees lies
        // below 377 but for one time in a million.
        using var first = new SecureClient(0, 2);
        using var second = new SecureClient(1, 2);
        byte[][] keys = [first.Keys(), second.Keys()];
        var (a, b) = (first.Share(keys), second.Share(keys));
        var masked = first.Mask([a[0], b[0]], new ulong[1 << 15]);

        var counts = new int[256];
        foreach (var value in masked)
        {
            for (var at = 0; at < 64; at += 8)
                counts[(byte)(value >> at)]++;
        }
        var expected = masked.Length * 8 / 256.0;
        Assert.InRange(counts.Sum(count => (count - expected) * (count - expected) / expected), 150, 377);
    }

    [Fact]
    public void Shares_give_a_secret_back_from_the_threshold_on_and_nothing_below()
    {
        var secret = Enumerable.Range(0, 32).Select(i => (byte)(7 * i)).ToArray();
        var shares = SecretShares.Split(secret, 10, 4);

        Assert.Equal(secret, SecretShares.Join([shares[9], shares[1], shares[4], shares[6]]));
        Assert.Equal(secret, SecretShares.Join([.. shares.Skip(2)]));
        Assert.NotEqual(secret, SecretShares.Join([.. shares.Take(3)]));
    }

    private static ulong[]? Aggregate(ulong[][] values, bool[] stays, int threshold)
    {
        var clients = values.Select((_, index) => new SecureClient(index, threshold)).ToArray();
        byte[][] keys = [.. clients.Select(client => client.Keys())];
        var shares = clients.Select(client => client.Share(keys)).ToArray();
        ulong[]?[] masked = [.. clients.Select((client, to) => stays[to]
            ? client.Mask([.. shares.Select(all => all[to])], values[to])
            : null)];
        byte[]?[][] revealed = [.. clients.Select((client, index) =>
            stays[index] && stays.Count(stay => stay) >= threshold ? client.Reveal(stays) : [])];
        foreach (var client in clients)
            client.Dispose();
        return SecureServer.Sum(keys, masked, revealed, threshold);
    }
}
