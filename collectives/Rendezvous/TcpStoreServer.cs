using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TuneGraph.Collectives;

/// <summary>
/// Keeps the values of a <see cref="TcpStore"/> in memory; one process of a group or its scheduler runs it.
/// </summary>
public sealed class TcpStoreServer : IDisposable
{
    private const int MostKeys = 1_000_000;

    private readonly Dictionary<string, string> _values = [];
    private readonly HashSet<Socket> _clients = [];
    private readonly Lock _gate = new();
    private readonly Socket _listener;
    private readonly string _token;
    private bool _disposed;

    /// <summary>Listens and serves until disposed.</summary>
    /// <param name="endpoint">Null for the loopback address and a free port.</param>
    /// <param name="token">Clients that do not know it are refused. Set it off loopback. Default empty.</param>
    public TcpStoreServer(IPEndPoint? endpoint = null, string token = "")
    {
        endpoint ??= new(IPAddress.Loopback, 0);
        _token = token;
        _listener = new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(endpoint);
        _listener.Listen(256);
        _ = AcceptAsync();
    }

    /// <summary>Where clients connect.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Stops serving; clients' later requests fail.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            _listener.Dispose();
            foreach (var client in _clients) client.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync().ConfigureAwait(false);
                Remember(client);
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was disposed: the server ends.
        }
    }

    private void Remember(Socket client)
    {
        lock (_gate)
        {
            if (_disposed) client.Dispose();
            else _clients.Add(client);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            client.NoDelay = true;
            using var stream = new NetworkStream(client);
            stream.Answer([], _token);
            var head = new byte[StoreMessage.HeadBytes];
            while (await stream.ReceiveAllAsync(head).ConfigureAwait(false))
            {
                var (verb, keyLength, valueLength) = StoreMessage.ReadHead(head);
                var body = new byte[keyLength + valueLength];
                await stream.ReceiveAllAsync(body).ConfigureAwait(false);
                var key = Encoding.UTF8.GetString(body, 0, keyLength);
                var value = Apply(verb, key, Encoding.UTF8.GetString(body, keyLength, valueLength));
                var answer = StoreMessage.Write(value is null ? StoreVerb.Nothing : StoreVerb.Value, "", value ?? "");
                await stream.WriteAsync(answer).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or FormatException)
        {
            // This client is gone or not one of ours; the others go on.
        }
        lock (_gate) _clients.Remove(client);
        client.Dispose();
    }

    private string? Apply(StoreVerb verb, string key, string value)
    {
        lock (_gate)
        {
            var old = _values.GetValueOrDefault(key);
            if (verb == StoreVerb.Get) return old;
            if (old is null && _values.Count >= MostKeys)
                throw new IOException($"The store is full at {MostKeys} keys.");
            if (verb == StoreVerb.Add)
            {
                var invariant = CultureInfo.InvariantCulture;
                value = (long.Parse(old ?? "0", invariant) + long.Parse(value, invariant)).ToString(invariant);
            }
            return _values[key] = value;
        }
    }
}
