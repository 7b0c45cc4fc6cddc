using System.Net.Sockets;

namespace TuneGraph.Collectives;

/// <summary>The first bytes of every connection: who calls, and proof on both sides that the token is known.</summary>
internal static class Handshake
{
    // "TGc1".
    private static ReadOnlySpan<byte> Magic => "TGc1"u8;

    private const int Milliseconds = 10_000;

    /// <summary>
    /// The caller's side: magic, hello, nonce; then nonce and proof from the other end; then the proof in return.
    /// </summary>
    internal static void Introduce(this Socket socket, ReadOnlySpan<byte> hello, string token)
    {
        SetTimeouts(socket, Milliseconds);
        var nonce = GroupSecret.NewNonce();
        byte[] opening = [.. Magic, .. hello, .. nonce];
        socket.SendAll(opening);
        var answer = new byte[GroupSecret.NonceBytes + GroupSecret.ProofBytes];
        socket.ReceiveAll(answer);
        var theirs = answer.AsSpan(0, GroupSecret.NonceBytes);
        GroupSecret.Verify(GroupSecret.Proof(token, 'a', nonce, theirs), answer.AsSpan(GroupSecret.NonceBytes));
        socket.SendAll(GroupSecret.Proof(token, 'c', nonce, theirs));
        SetTimeouts(socket, 0);
    }

    /// <summary>The called side; fills in what the caller says of itself.</summary>
    internal static void Answer(this Socket socket, Span<byte> hello, string token)
    {
        SetTimeouts(socket, Milliseconds);
        Span<byte> magic = stackalloc byte[4];
        socket.ReceiveAll(magic);
        if (!magic.SequenceEqual(Magic)) throw new IOException("The other end speaks another protocol.");
        socket.ReceiveAll(hello);
        var theirs = new byte[GroupSecret.NonceBytes];
        socket.ReceiveAll(theirs);
        var nonce = GroupSecret.NewNonce();
        byte[] answer = [.. nonce, .. GroupSecret.Proof(token, 'a', theirs, nonce)];
        socket.SendAll(answer);
        var proof = new byte[GroupSecret.ProofBytes];
        socket.ReceiveAll(proof);
        GroupSecret.Verify(GroupSecret.Proof(token, 'c', theirs, nonce), proof);
        SetTimeouts(socket, 0);
    }

    private static void SetTimeouts(Socket socket, int milliseconds)
    {
        socket.ReceiveTimeout = milliseconds;
        socket.SendTimeout = milliseconds;
    }
}
