using System.Security.Cryptography;
using System.Text;

namespace TuneGraph.Collectives;

/// <summary>
/// Proves that both ends of a connection know the group's token, without sending it: each answers the other's nonce
/// with HMAC-SHA256(token, role, both nonces, binding). It authenticates the peers; it does not encrypt what follows.
/// </summary>
internal static class GroupSecret
{
    internal const int NonceBytes = 16;
    internal const int ProofBytes = 32;

    internal static byte[] NewNonce() => RandomNumberGenerator.GetBytes(NonceBytes);

    internal static byte[] Proof(
        string token, char role, ReadOnlySpan<byte> connectorNonce, ReadOnlySpan<byte> acceptorNonce,
        ReadOnlySpan<byte> binding)
    {
        Span<byte> text = [(byte)role, .. connectorNonce, .. acceptorNonce, .. binding];
        return HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), text);
    }

    internal static void Verify(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        if (!CryptographicOperations.FixedTimeEquals(expected, actual))
            throw new IOException(
                "The other end of the connection does not know the group's token; set the same Token on all ranks.");
    }
}
