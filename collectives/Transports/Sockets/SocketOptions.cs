namespace TuneGraph.Collectives;

/// <summary>Settings of a <see cref="SocketGroup"/>.</summary>
public sealed record SocketOptions : ProcessGroupOptions
{
    /// <summary>
    /// The address that this rank listens on and that the others connect to; may differ from rank to rank. Default
    /// <c>127.0.0.1</c>, so that nothing is open to the network unless told so. Ports are chosen by the system.
    /// </summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>
    /// A folder for Unix domain sockets; with it the ranks of one host meet there and no network is used. Default null:
    /// TCP. Paths of sockets are limited to about 100 bytes.
    /// </summary>
    public string? UnixFolder { get; init; }

    /// <summary>
    /// A secret that all ranks share. Connections whose other end does not know it are refused. Default empty; set it
    /// whenever <see cref="Address"/> is not loopback.
    /// </summary>
    public string Token { get; init; } = "";

    /// <summary>
    /// Whether all connections are encrypted by TLS 1.2 or 1.3, between ends that have proved to each other that they
    /// know the <see cref="Token"/>, which must then be set. Default false. Equal on all ranks. Takes two threads and
    /// 2 MiB per peer.
    /// </summary>
    public bool Encrypt { get; init; }

    /// <summary>How long to wait for the other ranks at the start. Default 60 s.</summary>
    public TimeSpan JoinTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Bytes that the system buffers per connection and direction, as asked for; it may give less. Default 4 MiB.
    /// </summary>
    public int BufferBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 4096, nameof(BufferBytes));
            field = value;
        }
    } = 4 << 20;
}
