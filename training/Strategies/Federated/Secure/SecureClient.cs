using System.Security.Cryptography;

namespace TuneGraph.Training;

/// <summary>
/// One client of a secure aggregation: Bonawitz et al. 2017, figure 4, without signatures (the server is honest, but
/// curious). Its vector leaves it only under masks: one for each other client, which cancel in the sum, and one of its
/// own. The seeds of both are shared among all, and each client opens one of the two, never both.
/// </summary>
internal sealed class SecureClient : IDisposable
{
    /// <summary>Bytes of the public keys.</summary>
    public const int KeyBytes = 2 * SecureKeys.PublicBytes;

    /// <summary>Bytes of the shares for one other client, encrypted.</summary>
    public const int ShareBytes = TagBytes + (2 * OneShare);

    /// <summary>Bytes of a share that is opened.</summary>
    public const int OneShare = SecureKeys.PrivateBytes + 1;

    private const int TagBytes = 16;

    private readonly int _index, _threshold;
    private readonly SecureKeys _cipher = SecureKeys.Create(), _masks = SecureKeys.Create();
    private readonly byte[] _own = RandomNumberGenerator.GetBytes(SecureKeys.PrivateBytes);
    private readonly Dictionary<int, byte[]> _secrets = [];
    private byte[][] _keys = [];
    private byte[][] _received = [];
    private bool _revealed;

    /// <param name="index">Its number in the round, from 0.</param>
    /// <param name="threshold">Clients that must stay to the end.</param>
    public SecureClient(int index, int threshold) => (_index, _threshold) = (index, threshold);

    /// <summary>Round 0: its public keys.</summary>
    public byte[] Keys() => [.. _cipher.Public, .. _masks.Public];

    /// <summary>Round 1: for each client, encrypted shares of the seeds; itself included.</summary>
    /// <param name="keys">All clients' public keys.</param>
    public byte[][] Share(byte[][] keys)
    {
        _keys = keys;
        var masks = SecretShares.Split(_masks.Private, keys.Length, _threshold);
        var own = SecretShares.Split(_own, keys.Length, _threshold);
        return [.. Enumerable.Range(0, keys.Length).Select(
            to => Encrypt(CipherKey(_index, to), [.. masks[to], .. own[to]]))];
    }

    /// <summary>Round 2: the vector under all masks.</summary>
    /// <param name="received">Element v: what client v encrypted for this one.</param>
    /// <param name="values">The vector, modulo 2⁶⁴.</param>
    public ulong[] Mask(byte[][] received, ReadOnlySpan<ulong> values)
    {
        _received = received;
        var masked = values.ToArray();
        MaskStream.Add(_own, subtract: false, masked);
        for (var other = 0; other < _keys.Length; other++)
        {
            if (other != _index)
                MaskStream.Add(MaskSeed(_masks, _keys[other]), subtract: other < _index, masked);
        }
        return masked;
    }

    /// <summary>Round 3: for each client a share: of its own mask if it stayed, else of its key.</summary>
    /// <param name="stayed">Which clients' vectors have arrived.</param>
    /// <exception cref="InvalidOperationException">It was asked twice: two answers would open a vector.</exception>
    public byte[][] Reveal(bool[] stayed)
    {
        if (_revealed)
            throw new InvalidOperationException("A client of a secure aggregation opens its shares once only.");
        if (stayed.Count(stays => stays) < _threshold)
            throw new InvalidOperationException($"Fewer than {_threshold} clients stayed; nothing may be opened.");
        _revealed = true;
        return [.. stayed.Select((stays, from) =>
        {
            var both = Decrypt(CipherKey(from, _index), _received[from]);
            return stays ? both[OneShare..] : both[..OneShare];
        })];
    }

    public void Dispose()
    {
        _cipher.Dispose();
        _masks.Dispose();
    }

    /// <summary>The seed of the mask between two clients.</summary>
    /// <param name="own">One's keys for masks.</param>
    /// <param name="others">The other's public keys.</param>
    public static byte[] MaskSeed(SecureKeys own, byte[] others) =>
        SecureKeys.Derive(own.Agree(others.AsSpan(SecureKeys.PublicBytes)), "mask");

    /// <summary>A key for one message, so that its nonce may be 0.</summary>
    private byte[] CipherKey(int from, int to)
    {
        var other = from == _index ? to : from;
        if (!_secrets.TryGetValue(other, out var secret))
            _secrets[other] = secret = _cipher.Agree(_keys[other].AsSpan(0, SecureKeys.PublicBytes));
        return SecureKeys.Derive(secret, $"share {from} {to}");
    }

    private static byte[] Encrypt(byte[] key, byte[] plain)
    {
        using var aes = new AesGcm(key, TagBytes);
        var result = new byte[plain.Length + TagBytes];
        aes.Encrypt(new byte[12], plain, result.AsSpan(0, plain.Length), result.AsSpan(plain.Length));
        return result;
    }

    private static byte[] Decrypt(byte[] key, byte[] message)
    {
        using var aes = new AesGcm(key, TagBytes);
        var plain = new byte[message.Length - TagBytes];
        aes.Decrypt(new byte[12], message.AsSpan(0, plain.Length), message.AsSpan(plain.Length), plain);
        return plain;
    }
}
