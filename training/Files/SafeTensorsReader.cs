using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;

namespace TuneGraph.Training;

/// <summary>
/// Reads safetensors files, strictly: a header of at most 16 MiB, at most 65,536 tensors of at most 8 dimensions, types
/// F32, F64 and I64, no name twice, and data that covers the rest of the file without overlap or hole.
/// </summary>
internal ref struct SafeTensorsReader
{
    public const string MetadataName = "__metadata__";
    public const int MaxHeaderBytes = 16 << 20;
    private const int MaxTensors = 65536;
    private const int MaxDimensions = 8;

    private readonly ReadOnlySpan<byte> _data;
    private readonly List<(SafeTensor Tensor, long Begin)> _tensors = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private ImmutableDictionary<string, string> _metadata = ImmutableDictionary<string, string>.Empty;
    private Utf8JsonReader _json;

    private SafeTensorsReader(ReadOnlySpan<byte> header, ReadOnlySpan<byte> data)
    {
        _json = new Utf8JsonReader(header);
        _data = data;
    }

    public static SafeTensorsFile Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < SafeTensors.LengthBytes)
            throw Broken($"it has {bytes.Length} bytes; the header's length alone takes {SafeTensors.LengthBytes}");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var rest = bytes[SafeTensors.LengthBytes..];
        if (length > MaxHeaderBytes)
            throw Broken($"its header claims {length} bytes; the most allowed is {MaxHeaderBytes}");
        if (length > (ulong)rest.Length)
            throw Broken($"its header claims {length} bytes, but only {rest.Length} follow: is the file cut off?");
        var reader = new SafeTensorsReader(rest[..(int)length], rest[(int)length..]);
        try
        {
            return reader.ReadHeader();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)   // the latter: text is not UTF-8
        {
            throw new InvalidDataException($"This is not a safetensors file: its header is not JSON ({e.Message})", e);
        }
    }

    private SafeTensorsFile ReadHeader()
    {
        Expect(JsonTokenType.StartObject, "the header");
        while (Next() == JsonTokenType.PropertyName)
        {
            var name = _json.GetString()!;
            if (!_names.Add(name))
                throw Broken($"the name '{name}' occurs twice");
            if (name == MetadataName)
                ReadMetadata();
            else
                ReadTensor(name);
            if (_tensors.Count > MaxTensors)
                throw Broken($"it has more than {MaxTensors} tensors, the most allowed");
        }
        if (_json.Read())
            throw Broken("something follows the header's object");
        _tensors.Sort((a, b) => (a.Begin, a.Tensor.Data.Length).CompareTo((b.Begin, b.Tensor.Data.Length)));
        var position = 0L;
        foreach (var (tensor, begin) in _tensors)
        {
            if (begin != position)
            {
                throw Broken($"the data of tensor '{tensor.Name}' starts at {begin} where {position} is expected: "
                    + "an overlap or a hole");
            }
            position += tensor.Data.Length;
        }
        if (position != _data.Length)
            throw Broken($"its tensors end at byte {position} of {_data.Length}");
        return new SafeTensorsFile([.. _tensors.Select(entry => entry.Tensor)], _metadata);
    }

    private void ReadMetadata()
    {
        Expect(JsonTokenType.StartObject, MetadataName);
        var builder = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        while (Next() == JsonTokenType.PropertyName)
        {
            var name = _json.GetString()!;
            Expect(JsonTokenType.String, $"the metadata '{name}'");
            if (!builder.TryAdd(name, _json.GetString()!))
                throw Broken($"the metadata '{name}' occurs twice");
        }
        _metadata = builder.ToImmutable();
    }

    private void ReadTensor(string name)
    {
        Expect(JsonTokenType.StartObject, $"tensor '{name}'");
        TensorType? type = null;
        ImmutableArray<long> shape = default, offsets = default;
        while (Next() == JsonTokenType.PropertyName)
        {
            var property = _json.GetString();
            if (property == "dtype" && type is null)
                type = ReadType(name);
            else if (property == "shape" && shape.IsDefault)
                shape = ReadNumbers(name, MaxDimensions);
            else if (property == "data_offsets" && offsets.IsDefault)
                offsets = ReadNumbers(name, 2);
            else
                throw Broken($"tensor '{name}' has an unknown or repeated property '{property}'");
        }
        if (type is not { } known || shape.IsDefault || offsets.IsDefault || offsets is not [var begin, var end])
            throw Broken($"tensor '{name}' needs dtype, shape and two data_offsets");
        if (begin > end || end > _data.Length)
            throw Broken($"tensor '{name}' lies at [{begin}, {end}) in {_data.Length} bytes of data");
        if (Bytes(known, shape) != end - begin)
        {
            throw Broken($"tensor '{name}' of type {known} and shape [{string.Join(", ", shape)}] does not take "
                + $"{end - begin} bytes");
        }
        _tensors.Add((new SafeTensor(name, known, shape, _data[(int)begin..(int)end].ToArray()), begin));
    }

    private TensorType ReadType(string name)
    {
        Expect(JsonTokenType.String, $"the dtype of tensor '{name}'");
        return _json.GetString() switch
        {
            "F32" => TensorType.F32,
            "F64" => TensorType.F64,
            "I64" => TensorType.I64,
            var other => throw Broken($"tensor '{name}' has type {other}; F32, F64 and I64 are supported"),
        };
    }

    private ImmutableArray<long> ReadNumbers(string name, int most)
    {
        Expect(JsonTokenType.StartArray, $"a list of tensor '{name}'");
        var numbers = ImmutableArray.CreateBuilder<long>();
        while (Next() != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.Number || !_json.TryGetInt64(out var number) || number < 0)
                throw Broken($"a list of tensor '{name}' holds something else than whole numbers from 0");
            if (numbers.Count == most)
                throw Broken($"a list of tensor '{name}' has more than {most} numbers");
            numbers.Add(number);
        }
        return numbers.ToImmutable();
    }

    /// <summary>The bytes of a shape, or -1 when they are too many to count.</summary>
    private static long Bytes(TensorType type, ImmutableArray<long> shape)
    {
        if (shape.Contains(0))
            return 0;
        var bytes = (long)SafeTensor.SizeOf(type);
        foreach (var size in shape)
        {
            if (bytes > int.MaxValue / size)
                return -1;
            bytes *= size;
        }
        return bytes;
    }

    private JsonTokenType Next() => _json.Read() ? _json.TokenType : throw Broken("its header ends too early");

    private void Expect(JsonTokenType type, string what)
    {
        if (Next() != type)
            throw Broken($"{what} is a {_json.TokenType} where a {type} is expected");
    }

    private static InvalidDataException Broken(string problem) => new($"This is not a safetensors file: {problem}.");
}
