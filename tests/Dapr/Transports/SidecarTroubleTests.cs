using TuneGraph.Tests.Sidecar;
using TuneGraph.Worker;

namespace TuneGraph.Tests.Dapr;

/// <summary>What is said where something of a sidecar is missing.</summary>
public sealed class SidecarTroubleTests : IAsyncDisposable
{
    private readonly Broker _broker = new Broker().With("tunegraph-events");

    public ValueTask DisposeAsync()
    {
        _broker.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_missing_sidecar_is_named()
    {
        var settings = new DaprSettings
        {
            Grpc = new Uri("http://127.0.0.1:1"),
            SidecarTime = TimeSpan.FromMilliseconds(1),
        };
        var error = await Assert.ThrowsAsync<DaprException>(() => GradInbox.OpenAsync(settings, "w"));
        Assert.Contains("No Dapr sidecar answers at http://127.0.0.1:1/", error.Message, StringComparison.Ordinal);
        Assert.Contains("DAPR_GRPC_ENDPOINT", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_component_is_named()
    {
        await using var sidecar = await new DaprSidecar(_broker).StartAsync();
        var error = await Assert.ThrowsAsync<DaprException>(
            () => GradInbox.OpenAsync(new DaprSettings { Grpc = sidecar.Grpc }, "w"));
        Assert.Contains("has no pub/sub component 'gradbus'", error.Message, StringComparison.Ordinal);
        Assert.Contains("dapr/components/gradbus.yaml", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task A_missing_or_wrong_token_is_named(string? token)
    {
        await using var sidecar = await new DaprSidecar(_broker.With("gradbus")) { Token = "right" }.StartAsync();
        var settings = new DaprSettings { Grpc = sidecar.Grpc, Token = token };
        var error = await Assert.ThrowsAsync<DaprException>(() => GradInbox.OpenAsync(settings, "w"));
        Assert.Contains("DAPR_API_TOKEN", error.Message, StringComparison.Ordinal);
        using var inbox = await GradInbox.OpenAsync(settings with { Token = "right" }, "w");
        Assert.Equal("tg.grad.w", inbox.Topic);
    }

    [Fact]
    public async Task A_message_above_the_limit_is_told_with_the_setting_that_raises_it()
    {
        await using var sidecar = await new DaprSidecar(_broker.With("gradbus")).StartAsync();
        using var link = new DaprLink(new DaprSettings { Grpc = sidecar.Grpc });
        Assert.Null(await link.PublishAsync("t", new byte[4 << 20]));
        Assert.Contains(
            "--max-body-size", await link.PublishAsync("t", new byte[(4 << 20) + 1]), StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_is_none_is_refused()
    {
        var error = Assert.Throws<DaprException>(
            () => DaprSettings.From(name => name == "DAPR_GRPC_ENDPOINT" ? "here" : null));
        Assert.Contains("DAPR_GRPC_ENDPOINT is 'here'", error.Message, StringComparison.Ordinal);
        var port = DaprSettings.From(name => name == "DAPR_GRPC_PORT" ? "50007" : null);
        Assert.Equal(new Uri("http://127.0.0.1:50007"), port.Grpc);
    }

    [Theory]
    [InlineData(GangTransport.Auto, false, true, 4L, GangTransport.Memory)]
    [InlineData(GangTransport.Auto, true, false, 4L, GangTransport.Tcp)]
    [InlineData(GangTransport.Auto, true, true, 10_000_000L, GangTransport.Dapr)]
    [InlineData(GangTransport.Auto, true, true, 10_000_001L, GangTransport.Tcp)]
    [InlineData(GangTransport.Auto, true, true, null, GangTransport.Tcp)]
    [InlineData(GangTransport.Dapr, true, true, 99_000_000L, GangTransport.Dapr)]
    public void Auto_takes_TCP_above_the_size_where_pub_sub_loses(
        GangTransport asked, bool isSpread, bool hasSidecar, long? bytes, GangTransport due)
    {
        var choice = TransportChoice.Of(asked, isSpread, hasSidecar, bytes);
        Assert.Equal(due, choice.Transport);
        if (bytes == 10_000_001)
            Assert.Equal("a step exchanges 10 MB, and above 10 MB pub/sub loses to TCP by far", choice.Why);
    }

    [Fact]
    public void A_damaged_frame_is_none()
    {
        var message = new byte[FrameHeader.Bytes + 5];
        Frame.Seal(message, new FrameHeader { Kind = FrameKind.Data, Number = 3 });
        Assert.True(Frame.TryRead(message, out var frame));
        Assert.Equal((3L, 5), (frame.Header.Number, frame.Payload.Length));
        for (var at = 0; at < message.Length; at++)
        {
            message[at] ^= 4;
            Assert.False(Frame.TryRead(message, out _));
            message[at] ^= 4;
        }
    }

    [Fact]
    public void The_sum_is_the_published_one() =>
        // RFC 3720, B.4: CRC-32C of 32 bytes of zeroes, and of ones.
        Assert.Equal(
            (0x8A91_36AAu, 0x62A8_AB43u),
            (Crc32C.Append(0, new byte[32]), Crc32C.Append(0, Enumerable.Repeat((byte)0xFF, 32).ToArray())));
}
