using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace TuneGraph.Collectives;

/// <summary>Makes the connections of a group: every rank listens, connects to all lower ranks and accepts all higher ones.</summary>
internal static class SocketMesh
{
    // "TGc1", then the connecting rank, the world size and the channel, each 4 bytes, then the connector's nonce.
    private const int Magic = 0x31634754;
    private const int HelloBytes = 16 + GroupSecret.NonceBytes;
    private const int DataChannel = 0;
    private const int ControlChannel = 1;
    private const int HandshakeMilliseconds = 10_000;

    internal static PeerSockets?[] Connect(
        string name, int rank, int worldSize, RendezvousStore store, SocketOptions options, CancellationToken cancellationToken)
    {
        var sockets = new Socket?[worldSize, 2];
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
                    sockets[peer, channel] = Call(address, rank, worldSize, channel, options);
            }
            for (var accepted = 0; accepted < 2 * (worldSize - 1 - rank);)
                accepted += Accept(listener, sockets, rank, worldSize, options, patience) ? 1 : 0;
        }
        catch
        {
            foreach (var socket in sockets) socket?.Dispose();
            throw;
        }
        finally
        {
            if (path is not null) File.Delete(path);
        }
        return [.. Enumerable.Range(0, worldSize).Select(
            peer => peer == rank ? null : new PeerSockets(sockets[peer, DataChannel]!, sockets[peer, ControlChannel]!))];
    }

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

    private static Socket Call(string address, int rank, int worldSize, int channel, SocketOptions options)
    {
        var endpoint = Parse(address);
        var socket = New(endpoint, options);
        try
        {
            socket.Connect(endpoint);
            SetTimeouts(socket, HandshakeMilliseconds);
            var hello = new byte[HelloBytes];
            Write(hello, Magic, rank, worldSize, channel);
            var nonce = GroupSecret.NewNonce();
            nonce.CopyTo(hello.AsSpan(16));
            socket.SendAll(hello);
            var answer = new byte[GroupSecret.NonceBytes + GroupSecret.ProofBytes];
            socket.ReceiveAll(answer);
            var theirs = answer.AsSpan(0, GroupSecret.NonceBytes);
            GroupSecret.Verify(GroupSecret.Proof(options.Token, 'a', nonce, theirs), answer.AsSpan(GroupSecret.NonceBytes));
            socket.SendAll(GroupSecret.Proof(options.Token, 'c', nonce, theirs));
            SetTimeouts(socket, 0);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Takes one connection; false if its other end is not of this group, which is nothing to stumble over.</summary>
    private static bool Accept(
        Socket listener, Socket?[,] sockets, int rank, int worldSize, SocketOptions options, Patience patience)
    {
        while (!listener.Poll(0, SelectMode.SelectRead)) patience.Wait(() => $"rank {Missing(sockets, rank, worldSize)}");
        var socket = listener.Accept();
        var hello = new byte[HelloBytes];
        try
        {
            if (socket.AddressFamily != AddressFamily.Unix) socket.NoDelay = true;
            Answer(socket, hello, options.Token);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            socket.Dispose();
            return false;
        }
        var (peer, size, channel) = (Int(hello, 4), Int(hello, 8), Int(hello, 12));
        if (size != worldSize || peer <= rank || peer >= worldSize || channel is < 0 or > 1
            || sockets[peer, channel] is not null)
        {
            socket.Dispose();
            throw new IOException(
                $"Rank {rank} of {worldSize} was called by 'rank {peer} of {size}', channel {channel}, which does not fit: "
                + "every process needs its own rank, and all the same world size and group name.");
        }
        sockets[peer, channel] = socket;
        return true;
    }

    private static void Answer(Socket socket, byte[] hello, string token)
    {
        SetTimeouts(socket, HandshakeMilliseconds);
        socket.ReceiveAll(hello);
        if (Int(hello, 0) != Magic) throw new IOException("The other end speaks another protocol.");
        var theirs = hello.AsSpan(16, GroupSecret.NonceBytes);
        var nonce = GroupSecret.NewNonce();
        byte[] answer = [.. nonce, .. GroupSecret.Proof(token, 'a', theirs, nonce)];
        socket.SendAll(answer);
        var proof = new byte[GroupSecret.ProofBytes];
        socket.ReceiveAll(proof);
        GroupSecret.Verify(GroupSecret.Proof(token, 'c', theirs, nonce), proof);
        SetTimeouts(socket, 0);
    }

    private static string Missing(Socket?[,] sockets, int rank, int worldSize) => string.Join(
        ", ", Enumerable.Range(rank + 1, worldSize - rank - 1).Where(peer => sockets[peer, ControlChannel] is null));

    private static void SetTimeouts(Socket socket, int milliseconds)
    {
        socket.ReceiveTimeout = milliseconds;
        socket.SendTimeout = milliseconds;
    }

    private static void Write(Span<byte> bytes, params ReadOnlySpan<int> values)
    {
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(bytes[(4 * i)..], values[i]);
    }

    private static int Int(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
}
