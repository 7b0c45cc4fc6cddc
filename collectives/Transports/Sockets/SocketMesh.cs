using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace TuneGraph.Collectives;

/// <summary>
/// Makes the connections of a group: every rank listens, connects to all lower ranks and accepts all higher ones.
/// </summary>
internal static class SocketMesh
{
    // The connecting rank, the world size and the channel, 4 bytes each.
    private const int HelloBytes = 12;
    private const int DataChannel = 0;
    private const int ControlChannel = 1;

    internal static PeerSockets?[] Connect(
        string name, int rank, int worldSize, RendezvousStore store, SocketOptions options,
        CancellationToken cancellationToken)
    {
        var sockets = new Connection?[worldSize, 2];
        using var security = new SecureChannel(options);
        var patience = new Patience(options.TimeProvider, options.JoinTime, cancellationToken);
        using var listener = Listen(options, out var path);
        try
        {
            store.Set($"{name}/{rank}", Describe(listener, path));
            for (var peer = 0; peer < rank; peer++)
            {
                string? address;
                while ((address = store.TryGet($"{name}/{peer}")) is null) patience.Wait(() => $"rank {peer}");
                foreach (var channel in new[] { DataChannel, ControlChannel })
                    sockets[peer, channel] = Call(address, rank, worldSize, channel, options, security);
            }
            for (var accepted = 0; accepted < 2 * (worldSize - 1 - rank);)
                accepted += Accept(listener, sockets, rank, worldSize, security, patience) ? 1 : 0;
        }
        catch
        {
            foreach (var connection in sockets) connection?.Socket.Dispose();
            throw;
        }
        finally
        {
            if (path is not null) File.Delete(path);
        }
        return [.. Enumerable.Range(0, worldSize).Select(peer => peer == rank
            ? null
            : Pair(sockets[peer, DataChannel]!, sockets[peer, ControlChannel]!))];

        static PeerSockets Pair(Connection data, Connection control) =>
            new(data.Socket, data.Stream, control.Socket, control.Stream);
    }

    /// <summary>The host of a rank that has joined: the address on which it listens.</summary>
    internal static string HostOf(string name, int rank, RendezvousStore store) =>
        Parse(store.TryGet($"{name}/{rank}")!) is IPEndPoint endpoint ? endpoint.Address.ToString() : "";

    private static Socket Listen(SocketOptions options, out string? path)
    {
        path = null;
        EndPoint endpoint;
        if (options.UnixFolder is { } folder)
        {
            path = Path.Combine(folder, $"tg{Path.GetRandomFileName()}");
            endpoint = new UnixDomainSocketEndPoint(path);
        }
        else
        {
            endpoint = new IPEndPoint(IPAddress.Parse(options.Address), 0);
        }
        var listener = New(endpoint, options);
        listener.Bind(endpoint);
        listener.Listen(256);
        return listener;
    }

    private static string Describe(Socket listener, string? path) =>
        path is not null ? $"unix:{path}" : $"tcp:{(IPEndPoint)listener.LocalEndPoint!}";

    private static EndPoint Parse(string address) => address.StartsWith("unix:", StringComparison.Ordinal)
        ? new UnixDomainSocketEndPoint(address[5..])
        : IPEndPoint.Parse(address[4..]);

    private static Socket New(EndPoint endpoint, SocketOptions options)
    {
        var unix = endpoint.AddressFamily == AddressFamily.Unix;
        var socket = new Socket(
            endpoint.AddressFamily, SocketType.Stream, unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (!unix) socket.NoDelay = true;
        socket.SendBufferSize = options.BufferBytes;
        socket.ReceiveBufferSize = options.BufferBytes;
        return socket;
    }

    private static Connection Call(
        string address, int rank, int worldSize, int channel, SocketOptions options, SecureChannel security)
    {
        var endpoint = Parse(address);
        var socket = New(endpoint, options);
        try
        {
            socket.Connect(endpoint);
            var hello = new byte[HelloBytes];
            BinaryPrimitives.WriteInt32LittleEndian(hello, rank);
            BinaryPrimitives.WriteInt32LittleEndian(hello.AsSpan(4), worldSize);
            BinaryPrimitives.WriteInt32LittleEndian(hello.AsSpan(8), channel);
            return new(socket, security.Introduce(socket, hello));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes one connection; false if its other end is not of this group, which is nothing to stumble over.
    /// </summary>
    private static bool Accept(
        Socket listener, Connection?[,] sockets, int rank, int worldSize, SecureChannel security, Patience patience)
    {
        while (!listener.Poll(0, SelectMode.SelectRead))
            patience.Wait(() => $"rank {Missing(sockets, rank, worldSize)}");
        var socket = listener.Accept();
        var hello = new byte[HelloBytes];
        Stream stream;
        try
        {
            if (socket.AddressFamily != AddressFamily.Unix) socket.NoDelay = true;
            stream = security.Answer(socket, hello);
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
        {
            socket.Dispose();
            return false;
        }
        var (peer, size, channel) = (Int(hello, 0), Int(hello, 4), Int(hello, 8));
        if (size != worldSize || peer <= rank || peer >= worldSize || channel is < 0 or > 1
            || sockets[peer, channel] is not null)
        {
            socket.Dispose();
            throw new IOException(
                $"Rank {rank} of {worldSize} was called by 'rank {peer} of {size}', channel {channel}, which does not "
                + "fit: every process needs its own rank, and all the same world size and group name.");
        }
        sockets[peer, channel] = new(socket, stream);
        return true;
    }

    private static string Missing(Connection?[,] sockets, int rank, int worldSize) => string.Join(
        ", ", Enumerable.Range(rank + 1, worldSize - rank - 1).Where(peer => sockets[peer, ControlChannel] is null));

    private sealed record Connection(Socket Socket, Stream Stream);

    private static int Int(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
}
