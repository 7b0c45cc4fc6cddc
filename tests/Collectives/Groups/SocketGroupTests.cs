using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

/// <summary>The suite over TCP on the loopback interface.</summary>
public class TcpGroupTests : ProcessGroupConformance, IDisposable
{
    private static int _groups;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tg");

    private protected virtual SocketOptions Settings => new() { Token = "open sesame" };

    private protected virtual SocketOptions SettingsOf(int rank) => Settings;

    protected string Folder => _folder.FullName;

    protected override ImmutableArray<ProcessGroup> Create(int worldSize, ProcessGroupOptions options)
    {
        var name = NewName();
        return Ranks.Join(
            worldSize, rank => SocketGroup.Join(name, rank, worldSize, new FileStore(Folder), SettingsOf(rank) with
            {
                Algorithm = options.Algorithm,
                StallTime = options.StallTime,
                TimeProvider = options.TimeProvider,
                SumInRankOrder = options.SumInRankOrder,
            }));
    }

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected static string NewName() => $"group-{Interlocked.Increment(ref _groups)}";
}

/// <summary>The suite over Unix domain sockets.</summary>
public sealed class UnixSocketGroupTests : TcpGroupTests
{
    private protected override SocketOptions Settings => new() { UnixFolder = Folder };
}

/// <summary>
/// The suite with ranks on two addresses of the loopback interface, which count as two hosts: with two levels, the
/// hierarchical algorithm has something to do.
/// </summary>
public class TwoHostGroupTests : TcpGroupTests
{
    private protected override SocketOptions SettingsOf(int rank) =>
        base.SettingsOf(rank) with { Address = $"127.0.0.{1 + (rank / 2 % 2)}" };

    [Theory]
    [InlineData(4)] // two ranks on each
    [InlineData(5)] // three and two: by way of the first ranks
    [InlineData(8)]
    public void Only_the_steps_between_hosts_cross_the_network(int worldSize)
    {
        const int length = 40_000;
        Ranks.Run(Create(worldSize, new() { Algorithm = AllReduceAlgorithm.Hierarchical }), group =>
        {
            var values = Enumerable.Range(0, length).Select(i => (float)(i % 100) + group.Rank).ToArray();
            var before = group.Traffic;
            group.AllReduce(values);
            for (var i = 0; i < length; i++)
                Assert.Equal((worldSize * (i % 100)) + (worldSize * (worldSize - 1) / 2), values[i]);
            if (worldSize == 5) return;
            // 2(L-1)/L·S inside the host and 2(H-1)/H·S/L between the two.
            var mates = worldSize / 2;
            var due = (2.0 * (mates - 1) / mates * length * 4) + (1.0 / mates * length * 4);
            Assert.Equal(due, (group.Traffic - before).PayloadBytes);
        });
    }
}

/// <summary>The suite over TLS.</summary>
public sealed class TlsGroupTests : TcpGroupTests
{
    private protected override SocketOptions Settings => new() { Token = "open sesame", Encrypt = true };

    [Fact]
    public void Without_a_token_nothing_is_encrypted_for_show()
    {
        var error = Assert.Throws<ArgumentException>(() => SocketGroup.Join(
            NewName(), 0, 1, new FileStore(Folder), new() { Encrypt = true }, TestContext.Current.CancellationToken));
        Assert.Contains("Token", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_cannot_be_read_on_the_way_but_plain_ones_can()
    {
        Assert.True(SeesValues(new() { Token = "t" }));
        Assert.False(SeesValues(new() { Token = "t", Encrypt = true }));
    }

    [Fact]
    public void Somebody_in_the_middle_with_a_certificate_of_his_own_is_refused_before_he_sees_a_value()
    {
        using var relay = new Relay();
        var refused = Assert.Throws<IOException>(
            () => JoinThrough(relay, new() { Token = "t", Encrypt = true }, relay.Impersonate));
        Assert.Contains("token", refused.Message, StringComparison.Ordinal);
        Assert.True(relay.Seen.AsSpan().IndexOf("TGc2"u8) >= 0); // he did read what is said before the proof
        Assert.False(relay.Seen.AsSpan().IndexOf("the values of rank one"u8) >= 0);
    }

    private bool SeesValues(SocketOptions settings)
    {
        using var relay = new Relay();
        JoinThrough(relay, settings, relay.Pass);
        return relay.Seen.AsSpan().IndexOf("the values of rank one"u8) >= 0;
    }

    /// <summary>Rank 1 calls rank 0 by way of the relay and sends it a text.</summary>
    private void JoinThrough(Relay relay, SocketOptions settings, Action<IPEndPoint> carry)
    {
        var (name, store) = (NewName(), new FileStore(Folder));
        using var given = new CancellationTokenSource();
        var host = Task.Run(() =>
        {
            using var group = SocketGroup.Join(name, 0, 2, store, settings, given.Token);
            group.Receive(new byte[22], from: 1);
        });
        string? address;
        while ((address = store.TryGet($"{name}/0")) is null) Thread.Yield();
        carry(IPEndPoint.Parse(address[4..]));
        store.Set($"{name}/0", $"tcp:{relay.Endpoint}");
        try
        {
            using var group = SocketGroup.Join(
                name, 1, 2, store, settings, TestContext.Current.CancellationToken);
            group.Send("the values of rank one"u8, to: 0);
            host.Wait(TestContext.Current.CancellationToken);
        }
        finally
        {
            given.Cancel();
            _ = Record.Exception(() => host.Wait(TestContext.Current.CancellationToken));
        }
    }
}

public sealed class SocketJoiningTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tg");

    private FileStore Store => new(_folder.FullName);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Ranks_that_do_not_join_are_named()
    {
        var options = new SocketOptions { JoinTime = TimeSpan.FromMilliseconds(1) };
        var error = Assert.Throws<TimeoutException>(() => SocketGroup.Join(
            "lonely", 0, 3, Store, options, TestContext.Current.CancellationToken));
        Assert.Contains("rank 1, 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rank_without_the_token_stays_outside()
    {
        using var refused = new CancellationTokenSource();
        Exception? inside = null;
        var host = new Thread(() => inside = Record.Exception(() => Enter(0, refused.Token)));
        host.Start();
        var outside = Record.Exception(() => Enter(1, TestContext.Current.CancellationToken));
        refused.Cancel();
        host.Join();
        Assert.Contains("token", Assert.IsAssignableFrom<IOException>(outside).Message, StringComparison.Ordinal);
        Assert.IsAssignableFrom<OperationCanceledException>(inside);
    }

    private void Enter(int rank, CancellationToken cancellationToken) =>
        SocketGroup.Join("closed", rank, 2, Store, new() { Token = $"token {rank}" }, cancellationToken);

    [Fact]
    public void A_stranger_who_calls_does_not_keep_the_group_from_forming()
    {
        using var done = new CancellationTokenSource();
        var strange = new Thread(() =>
        {
            string? address;
            while ((address = Store.TryGet("busy/0")) is null) Thread.Yield();
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(IPEndPoint.Parse(address[4..]));
            socket.Send("GET / HTTP/1.1\r\nHost: somewhere.example\r\n\r\n"u8);
        });
        strange.Start();
        var groups = Ranks.Join(2, rank =>
        {
            if (rank == 1) strange.Join();
            return SocketGroup.Join("busy", rank, 2, Store);
        });
        Ranks.Run(groups, group => group.Barrier());
    }
}
