using System.Buffers.Binary;
using System.Globalization;

namespace TuneGraph.Training;

/// <summary>
/// Reads the IDX format of MNIST (LeCun, Cortes, Burges): images [count, rows, columns] of bytes, and the labels
/// [count] from the file beside it. The columns are "label" and "p0", "p1", …, row after row of the image.
/// </summary>
internal static class IdxFile
{
    private const int ImagesMagic = 0x803, LabelsMagic = 0x801;
    private const string ImagesMark = "idx3-ubyte", LabelsMark = "idx1-ubyte";

    public static bool IsImages(string name) => name.Contains(ImagesMark, StringComparison.OrdinalIgnoreCase);

    public static RawTable Read(
        DataSpec spec, Stream content, long limitBytes, CancellationToken cancellationToken)
    {
        var (count, size) = ReadHeader(spec, content, ImagesMagic, dimensions: 3);
        var labelsSpec = spec with { Path = LabelsPath(spec.Path) };
        using var file = DataFile.Open(labelsSpec.Path, out var labelsHash);
        using var labels = DataFile.Text(file, labelsSpec.Path, limitBytes);
        var (labelCount, _) = ReadHeader(labelsSpec, labels, LabelsMagic, dimensions: 1);
        if (labelCount != count)
            throw new DataException(labelsSpec.Path, $"it has {labelCount} labels for {count} images.");
        string[] names =
            ["label", .. Enumerable.Range(0, size).Select(i => string.Create(CultureInfo.InvariantCulture, $"p{i}"))];
        var image = new byte[size];
        var label = new byte[1];
        var table = RawTable.Of(spec, names, count, (row, values) =>
        {
            Fill(spec, content, image, row, count);
            Fill(labelsSpec, labels, label, row, count);
            values[0] = label[0];
            for (var i = 0; i < size; i++)
                values[i + 1] = image[i];
        }, cancellationToken);
        if (TableFormat.TryFill(spec, content, label))
            throw new DataException(spec.Path, $"it should hold {count} items of {size} bytes, but has more.");
        table.CompanionHash = labelsHash;
        return table;
    }

    /// <summary>"train-images-idx3-ubyte.gz" gives "train-labels-idx1-ubyte.gz".</summary>
    private static string LabelsPath(string path)
    {
        var name = Path.GetFileName(path).Replace(ImagesMark, LabelsMark, StringComparison.OrdinalIgnoreCase)
            .Replace("images", "labels", StringComparison.OrdinalIgnoreCase);
        return Path.Combine(Path.GetDirectoryName(path) ?? "", name);
    }

    private static (int Count, int Size) ReadHeader(DataSpec spec, Stream content, int magic, int dimensions)
    {
        var header = new byte[4 + (4 * dimensions)];
        if (!TableFormat.TryFill(spec, content, header) || BinaryPrimitives.ReadInt32BigEndian(header) != magic)
            throw new DataException(spec.Path, $"this is not an IDX file of bytes with {dimensions} dimension(s).");
        var count = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
        var size = dimensions == 1
            ? 1UL
            : BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8))
                * (ulong)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(12));
        return size <= 1 << 28 && count <= int.MaxValue
            ? ((int)count, (int)size)
            : throw new DataException(spec.Path, $"{count} items of {size} bytes are more than can be used.");
    }

    private static void Fill(DataSpec spec, Stream content, byte[] bytes, long row, int count)
    {
        if (!TableFormat.TryFill(spec, content, bytes))
        {
            throw new DataException(
                spec.Path, $"it should hold {count} items of {bytes.Length} bytes, but ends inside item {row + 1}.");
        }
    }
}
