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

    protected string Folder => _folder.FullName;

    protected override ImmutableArray<ProcessGroup> Create(int worldSize, ProcessGroupOptions options)
    {
        var name = NewName();
        var settings = Settings with
        {
            Algorithm = options.Algorithm,
            StallTime = options.StallTime,
            TimeProvider = options.TimeProvider,
            SumInRankOrder = options.SumInRankOrder,
        };
        return Ranks.Join(
            worldSize, rank => SocketGroup.Join(name, rank, worldSize, new FileStore(Folder), settings));
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
