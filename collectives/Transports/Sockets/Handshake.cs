namespace TuneGraph.Collectives;

/// <summary>
/// The first bytes of every connection: who calls, and proof on both sides that the token is known. Over TLS the proof
/// covers the called side's certificate too (as in RFC 5929, tls-server-end-point), so that whoever stands between the
/// two, with a certificate of his own, has no use for it.
/// </summary>
internal static class Handshake
{
    // "TGc2".
    private static ReadOnlySpan<byte> Magic => "TGc2"u8;

    /// <summary>How long each message of it may take.</summary>
    internal const int Milliseconds = 10_000;

    /// <summary>
    /// The caller's side: magic, hello, nonce; then nonce and proof from the other end; then the proof in return.
    /// </summary>
    /// <param name="stream">The connection.</param>
    /// <param name="hello">What the caller says of itself.</param>
    /// <param name="token">What both must know.</param>
    /// <param name="binding">The called side's certificate's hash; empty without TLS.</param>
    internal static void Introduce(
        this Stream stream, ReadOnlySpan<byte> hello, string token, ReadOnlySpan<byte> binding = default)
    {
        stream.SetTimeouts(Milliseconds);
        var nonce = GroupSecret.NewNonce();
        byte[] opening = [.. Magic, .. hello, .. nonce];
        stream.Write(opening);
        var answer = new byte[GroupSecret.NonceBytes + GroupSecret.ProofBytes];
        stream.ReadExactly(answer);
        var theirs = answer.AsSpan(0, GroupSecret.NonceBytes);
        GroupSecret.Verify(
            GroupSecret.Proof(token, 'a', nonce, theirs, binding), answer.AsSpan(GroupSecret.NonceBytes));
        stream.Write(GroupSecret.Proof(token, 'c', nonce, theirs, binding));
        stream.SetTimeouts(Timeout.Infinite);
    }

    /// <summary>The called side; fills in what the caller says of itself.</summary>
    internal static void Answer(
        this Stream stream, Span<byte> hello, string token, ReadOnlySpan<byte> binding = default)
    {
        stream.SetTimeouts(Milliseconds);
        Span<byte> magic = stackalloc byte[4];
        stream.ReadExactly(magic);
        if (!magic.SequenceEqual(Magic)) throw new IOException("The other end speaks another protocol.");
        stream.ReadExactly(hello);
        var theirs = new byte[GroupSecret.NonceBytes];
        stream.ReadExactly(theirs);
        var nonce = GroupSecret.NewNonce();
        byte[] answer = [.. nonce, .. GroupSecret.Proof(token, 'a', theirs, nonce, binding)];
        stream.Write(answer);
        var proof = new byte[GroupSecret.ProofBytes];
        stream.ReadExactly(proof);
        GroupSecret.Verify(GroupSecret.Proof(token, 'c', theirs, nonce, binding), proof);
        stream.SetTimeouts(Timeout.Infinite);
    }

    internal static void SetTimeouts(this Stream stream, int milliseconds)
    {
        stream.ReadTimeout = milliseconds;
        stream.WriteTimeout = milliseconds;
    }
}
