using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TuneGraph.Collectives;

/// <summary>A store kept by a <see cref="TcpStoreServer"/>.</summary>
public sealed class TcpStore : RendezvousStore
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly Lock _gate = new();

    /// <summary>Connects.</summary>
    /// <param name="server">Where the server listens.</param>
    /// <param name="token">The server's token. Default empty.</param>
    /// <exception cref="SocketException">Nothing listens there.</exception>
    /// <exception cref="IOException">The server has another token.</exception>
    public TcpStore(IPEndPoint server, string token = "")
    {
        ArgumentNullException.ThrowIfNull(server);
        _socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            _socket.Connect(server);
            _stream = new(_socket);
            _stream.Introduce([], token);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Set(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Ask(StoreVerb.Set, key, value);
    }

    /// <inheritdoc/>
    public override string? TryGet(string key) => Ask(StoreVerb.Get, key, "");

    /// <inheritdoc/>
    public override long Add(string key, long amount) => long.Parse(
        Ask(StoreVerb.Add, key, amount.ToString(CultureInfo.InvariantCulture))!, CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _stream.Dispose();
        _socket.Dispose();
        base.Dispose(disposing);
    }

    private string? Ask(StoreVerb verb, string key, string value)
    {
        CheckKey(key);
        lock (_gate)
        {
            _stream.Write(StoreMessage.Write(verb, key, value));
            Span<byte> head = stackalloc byte[StoreMessage.HeadBytes];
            _stream.ReadExactly(head);
            var (answer, _, length) = StoreMessage.ReadHead(head);
            var text = new byte[length];
            _stream.ReadExactly(text);
            return answer == StoreVerb.Nothing ? null : System.Text.Encoding.UTF8.GetString(text);
        }
    }
}
