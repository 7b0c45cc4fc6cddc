using System.Net;
using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

/// <summary>What every rendezvous store does. Each kind inherits this suite.</summary>
public abstract class RendezvousStoreConformance : IDisposable
{
    /// <summary>Another handle on the same store.</summary>
    protected abstract RendezvousStore Open();

    public abstract void Dispose();

    [Fact]
    public void A_value_set_by_one_is_read_by_another()
    {
        using var one = Open();
        using var other = Open();
        Assert.Null(other.TryGet("group/0"));
        one.Set("group/0", "tcp:10.0.0.1:4000 – größer");
        Assert.Equal("tcp:10.0.0.1:4000 – größer", other.TryGet("group/0"));
        other.Set("group/0", "");
        Assert.Equal("", one.TryGet("group/0"));
        Assert.Null(one.TryGet("group"));
    }

    [Fact]
    public void Additions_of_many_are_all_counted()
    {
        var adders = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            using var store = Open();
            for (var i = 0; i < 50; i++) store.Add("epoch", 3);
        })).ToArray();
        foreach (var adder in adders) adder.Start();
        foreach (var adder in adders) adder.Join();
        using var reader = Open();
        Assert.Equal(1199, reader.Add("epoch", -1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a%b")]
    [InlineData("ü")]
    public void Keys_that_a_file_system_might_misread_are_refused(string key)
    {
        using var store = Open();
        Assert.Throws<ArgumentException>(() => store.Set(key, "x"));
    }
}

public sealed class FileStoreTests : RendezvousStoreConformance
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tg");

    protected override RendezvousStore Open() => new FileStore(_folder.FullName);

    public override void Dispose() => _folder.Delete(recursive: true);
}

public sealed class TcpStoreTests : RendezvousStoreConformance
{
    private readonly TcpStoreServer _server = new(token: "secret");

    protected override RendezvousStore Open() => new TcpStore(_server.Endpoint, "secret");

    public override void Dispose() => _server.Dispose();

    [Fact]
    public void A_client_without_the_token_is_refused() =>
        Assert.ThrowsAny<IOException>(() => new TcpStore(_server.Endpoint, "guess"));

    [Fact]
    public void A_group_forms_over_the_store()
    {
        var groups = Ranks.Join(3, rank => SocketGroup.Join("g", rank, 3, Open()));
        Ranks.Run(groups, group => group.Barrier());
    }

    [Fact]
    public void The_server_listens_on_loopback_unless_told_otherwise() =>
        Assert.Equal(IPAddress.Loopback, _server.Endpoint.Address);
}
