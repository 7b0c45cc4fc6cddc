using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TuneGraph.Training;

/// <summary>
/// Reads NumPy's .npy format, versions 1 to 3 (numpy.lib.format): a two-dimensional array of little-endian floats or
/// integers, row-major. Its columns are named "x0", "x1", …
/// </summary>
internal static partial class NumPyFile
{
    private const int MostHeaderBytes = 1 << 20;

    public static RawTable Read(DataSpec spec, Stream content, CancellationToken cancellationToken)
    {
        Span<byte> magic = stackalloc byte[10];
        if (!TableFormat.TryFill(spec, content, magic) || magic[0] != 0x93 || !magic[1..].StartsWith("NUMPY"u8))
            throw Broken(spec, "it does not start with \\x93NUMPY");
        var version = magic[6];
        uint length = BinaryPrimitives.ReadUInt16LittleEndian(magic[8..]);
        Span<byte> high = stackalloc byte[2];
        if (version > 1 && TableFormat.TryFill(spec, content, high))
            length |= (uint)BinaryPrimitives.ReadUInt16LittleEndian(high) << 16;
        var text = length <= MostHeaderBytes ? new byte[length] : [];
        if (version is < 1 or > 3 || text.Length != length || !TableFormat.TryFill(spec, content, text))
            throw Broken(spec, "its header is cut off, or of an unknown version");
        var header = Header().Match(Encoding.Latin1.GetString(text));
        if (!header.Success)
            throw Broken(spec, "its header is not that of an array of numbers");
        if (header.Groups["order"].Value == "True")
            throw new DataException(spec.Path, "the array is in column order; save numpy.ascontiguousarray(array).");
        var shape = header.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries
            | StringSplitOptions.TrimEntries);
        if (shape.Length != 2 || !long.TryParse(shape[0], CultureInfo.InvariantCulture, out var rows)
            || !int.TryParse(shape[1], CultureInfo.InvariantCulture, out var columns))
        {
            throw new DataException(spec.Path,
                $"the array has shape ({header.Groups["shape"].Value}); [rows, columns] is needed.");
        }
        var read = ReaderOf(spec, header.Groups["type"].Value, out var size);
        if (columns < 0 || rows < 0 || (long)columns * size > Array.MaxLength)
            throw Broken(spec, $"{rows} x {columns} values of {size} bytes are no table");
        string[] names =
            [.. Enumerable.Range(0, columns).Select(i => "x" + i.ToString(CultureInfo.InvariantCulture))];
        var bytes = new byte[columns * size];
        var table = RawTable.Of(spec, names, rows, (row, values) =>
        {
            if (!TableFormat.TryFill(spec, content, bytes))
                throw Broken(
                    spec, $"{rows} x {columns} values of {size} bytes do not fill it; row {row + 1} is cut off");
            for (var i = 0; i < columns; i++)
                values[i] = read(bytes.AsSpan(i * size, size));
        }, cancellationToken);
        return !TableFormat.TryFill(spec, content, new byte[1])
            ? table
            : throw Broken(spec, $"{rows} x {columns} values of {size} bytes do not fill it; there is more");
    }

    private delegate double Element(ReadOnlySpan<byte> bytes);

    private static Element ReaderOf(DataSpec spec, string type, out int size)
    {
        Element read;
        (size, read) = type switch
        {
            "<f4" => (4, (Element)(b => BinaryPrimitives.ReadSingleLittleEndian(b))),
            "<f8" => (8, BinaryPrimitives.ReadDoubleLittleEndian),
            "|u1" or "|b1" => (1, b => b[0]),
            "|i1" => (1, b => (sbyte)b[0]),
            "<i2" => (2, b => BinaryPrimitives.ReadInt16LittleEndian(b)),
            "<u2" => (2, b => BinaryPrimitives.ReadUInt16LittleEndian(b)),
            "<i4" => (4, b => BinaryPrimitives.ReadInt32LittleEndian(b)),
            "<u4" => (4, b => BinaryPrimitives.ReadUInt32LittleEndian(b)),
            "<i8" => (8, b => BinaryPrimitives.ReadInt64LittleEndian(b)),
            _ => throw new DataException(spec.Path,
                $"the array's type is '{type}'; little-endian floats and integers are read. Convert it with astype."),
        };
        return read;
    }

    private static DataException Broken(DataSpec spec, string problem) =>
        new(spec.Path, $"this is not a NumPy array: {problem}.");

    [GeneratedRegex(
        @"'descr':\s*'(?<type>[^']+)'.*'fortran_order':\s*(?<order>True|False).*'shape':\s*\((?<shape>[^)]*)\)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Header();
}
