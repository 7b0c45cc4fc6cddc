using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace TuneGraph.Training;

/// <summary>
/// Writes the safetensors format (https://github.com/huggingface/safetensors, "Format"): the length of a JSON header as
/// 8 bytes little-endian, the header, then the tensors' bytes without gaps. It holds numbers and text only, no code and
/// no type names. <see cref="SafeTensorsReader"/> reads it.
/// </summary>
public static class SafeTensors
{
    internal const int LengthBytes = 8;
    private const int Alignment = 8;

    /// <summary>Writes a file.</summary>
    /// <param name="file">Tensors with distinct names, and metadata.</param>
    /// <returns>The file's bytes.</returns>
    /// <exception cref="ArgumentException">Two tensors have the same name, or one is named "__metadata__".</exception>
    public static byte[] Write(SafeTensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        RequireLittleEndian();
        var header = Header(file);
        var padded = (header.WrittenCount + Alignment - 1) & -Alignment;
        var bytes = new byte[checked(LengthBytes + padded + file.Tensors.Sum(tensor => (long)tensor.Data.Length))];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, padded);
        header.WrittenSpan.CopyTo(bytes.AsSpan(LengthBytes));
        bytes.AsSpan(LengthBytes + header.WrittenCount, padded - header.WrittenCount).Fill((byte)' ');
        var position = LengthBytes + padded;
        foreach (var tensor in file.Tensors)
        {
            tensor.Data.CopyTo(bytes.AsSpan(position));
            position += tensor.Data.Length;
        }
        return bytes;
    }

    /// <summary>Reads a file; see <see cref="SafeTensorsReader"/> for what is refused.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <exception cref="InvalidDataException">The bytes are not a sound file.</exception>
    public static SafeTensorsFile Read(ReadOnlySpan<byte> bytes)
    {
        RequireLittleEndian();
        return SafeTensorsReader.Read(bytes);
    }

    private static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Tensor files are little-endian; this processor is not.");
    }

    private static ArrayBufferWriter<byte> Header(SafeTensorsFile file)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        var names = new HashSet<string>(StringComparer.Ordinal) { SafeTensorsReader.MetadataName };
        writer.WriteStartObject();
        if (!file.Metadata.IsEmpty)
        {
            writer.WriteStartObject(SafeTensorsReader.MetadataName);
            foreach (var (name, value) in file.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                writer.WriteString(name, value);
            writer.WriteEndObject();
        }
        var offset = 0L;
        foreach (var tensor in file.Tensors)
        {
            if (!names.Add(tensor.Name))
                throw new ArgumentException($"Two tensors cannot both be named '{tensor.Name}'.", nameof(file));
            writer.WriteStartObject(tensor.Name);
            writer.WriteString("dtype", tensor.Type.ToString());
            writer.WriteStartArray("shape");
            foreach (var size in tensor.Shape)
                writer.WriteNumberValue(size);
            writer.WriteEndArray();
            writer.WriteStartArray("data_offsets");
            writer.WriteNumberValue(offset);
            writer.WriteNumberValue(offset += tensor.Data.Length);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        writer.Flush();
        return buffer;
    }
}
