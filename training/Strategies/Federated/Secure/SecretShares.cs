using System.Security.Cryptography;

namespace TuneGraph.Training;

/// <summary>
/// Shamir 1979: a secret in shares of which any <c>threshold</c> give it back and fewer say nothing; byte by byte in
/// GF(2⁸) with the polynomial of AES. A share is its place, from 1, and then as many bytes as the secret.
/// </summary>
internal static class SecretShares
{
    /// <summary>The most shares.</summary>
    public const int Most = 255;

    /// <param name="secret">The secret.</param>
    /// <param name="count">Shares wanted, at most 255.</param>
    /// <param name="threshold">Shares that give the secret back.</param>
    public static byte[][] Split(ReadOnlySpan<byte> secret, int count, int threshold)
    {
        var shares = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            shares[i] = new byte[secret.Length + 1];
            shares[i][0] = (byte)(i + 1);
        }
        Span<byte> coefficients = stackalloc byte[threshold];
        for (var at = 0; at < secret.Length; at++)
        {
            RandomNumberGenerator.Fill(coefficients);
            coefficients[0] = secret[at];
            foreach (var share in shares)
                share[at + 1] = Evaluate(coefficients, share[0]);
        }
        return shares;
    }

    /// <summary>The secret of at least as many different shares as the threshold; fewer give nonsense.</summary>
    public static byte[] Join(IReadOnlyList<byte[]> shares)
    {
        var secret = new byte[shares[0].Length - 1];
        foreach (var share in shares)
        {
            // Lagrange's polynomial at 0; minus is plus.
            byte weight = 1;
            foreach (var other in shares)
            {
                if (other != share)
                    weight = Multiply(weight, Multiply(other[0], Invert((byte)(other[0] ^ share[0]))));
            }
            for (var at = 0; at < secret.Length; at++)
                secret[at] ^= Multiply(weight, share[at + 1]);
        }
        return secret;
    }

    private static byte Evaluate(ReadOnlySpan<byte> coefficients, byte x)
    {
        byte value = 0;
        for (var i = coefficients.Length - 1; i >= 0; i--)
            value = (byte)(Multiply(value, x) ^ coefficients[i]);
        return value;
    }

    private static byte Multiply(byte a, byte b)
    {
        var product = 0;
        for (var bit = 0; bit < 8; bit++)
            product ^= (a << bit) & -((b >> bit) & 1);
        for (var bit = 14; bit >= 8; bit--)
            product ^= (0x11B << (bit - 8)) & -((product >> bit) & 1);
        return (byte)product;
    }

    /// <summary>a²⁵⁴.</summary>
    private static byte Invert(byte a)
    {
        byte result = 1;
        for (var i = 0; i < 254; i++)
            result = Multiply(result, a);
        return result;
    }
}
