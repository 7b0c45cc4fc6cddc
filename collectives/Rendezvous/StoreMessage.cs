using System.Buffers.Binary;
using System.Text;

namespace TuneGraph.Collectives;

internal enum StoreVerb
{
    Set = 1,
    Get,
    Add,
    Value,
    Nothing,
}

/// <summary>
/// One request or answer of the TCP store: verb, key length and value length (4 bytes each), key, value.
/// </summary>
internal static class StoreMessage
{
    internal const int HeadBytes = 12;
    private const int LongestKey = 250;
    private const int LongestValue = 64 * 1024;

    internal static byte[] Write(StoreVerb verb, string key, string value)
    {
        var (keyBytes, valueBytes) = (Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
        if (valueBytes.Length > LongestValue)
            throw new ArgumentException(
                $"The value of '{key}' has {valueBytes.Length} bytes; a store holds up to {LongestValue} per key.",
                nameof(value));
        var message = new byte[HeadBytes + keyBytes.Length + valueBytes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, (int)verb);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(4), keyBytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(8), valueBytes.Length);
        keyBytes.CopyTo(message, HeadBytes);
        valueBytes.CopyTo(message, HeadBytes + keyBytes.Length);
        return message;
    }

    internal static (StoreVerb Verb, int KeyLength, int ValueLength) ReadHead(ReadOnlySpan<byte> head)
    {
        var key = BinaryPrimitives.ReadInt32LittleEndian(head[4..]);
        var value = BinaryPrimitives.ReadInt32LittleEndian(head[8..]);
        if (key is < 0 or > LongestKey || value is < 0 or > LongestValue)
            throw new IOException(
                $"A store message claims a key of {key} and a value of {value} bytes; it is not one of ours.");
        return ((StoreVerb)BinaryPrimitives.ReadInt32LittleEndian(head), key, value);
    }
}
