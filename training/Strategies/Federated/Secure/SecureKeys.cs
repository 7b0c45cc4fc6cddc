using System.Security.Cryptography;
using System.Text;

namespace TuneGraph.Training;

/// <summary>A pair of keys for agreeing on secrets: elliptic-curve Diffie-Hellman over P-256.</summary>
internal sealed class SecureKeys : IDisposable
{
    /// <summary>Bytes of a public key.</summary>
    public const int PublicBytes = 91;

    /// <summary>Bytes of a private key.</summary>
    public const int PrivateBytes = 32;

    private readonly ECDiffieHellman _keys;

    private SecureKeys(ECDiffieHellman keys) => _keys = keys;

    public byte[] Public => _keys.PublicKey.ExportSubjectPublicKeyInfo();

    public byte[] Private => _keys.ExportParameters(includePrivateParameters: true).D!;

    public static SecureKeys Create() => new(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>The pair of a private key.</summary>
    public static SecureKeys Of(byte[] privateKey) => new(ECDiffieHellman.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        D = privateKey,
    }));

    /// <summary>What only the owners of both keys know.</summary>
    public byte[] Agree(ReadOnlySpan<byte> otherPublic)
    {
        using var other = ECDiffieHellman.Create();
        other.ImportSubjectPublicKeyInfo(otherPublic, out _);
        return _keys.DeriveRawSecretAgreement(other.PublicKey);
    }

    /// <summary>32 bytes of a common secret, others for each use: HKDF, RFC 5869.</summary>
    public static byte[] Derive(byte[] secret, string use) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, [], Encoding.ASCII.GetBytes(use));

    public void Dispose() => _keys.Dispose();
}
