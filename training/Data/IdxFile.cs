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
        var images = TableFormat.ReadAll(spec, content);
        var (count, size) = Check(spec.Path, images, ImagesMagic, dimensions: 3);
        var labelsPath = LabelsPath(spec.Path);
        using var file = DataFile.Open(labelsPath, out var labelsHash);
        using var text = DataFile.Text(file, labelsPath, limitBytes);
        var labels = TableFormat.ReadAll(spec with { Path = labelsPath }, text);
        var (labelCount, _) = Check(labelsPath, labels, LabelsMagic, dimensions: 1);
        if (labelCount != count)
            throw new DataException(labelsPath, $"it has {labelCount} labels for {count} images.");
        string[] names =
            ["label", .. Enumerable.Range(0, size).Select(i => string.Create(CultureInfo.InvariantCulture, $"p{i}"))];
        var table = RawTable.Of(spec, names, count, (row, values) =>
        {
            values[0] = labels[8 + row];
            for (var i = 0; i < size; i++)
                values[i + 1] = images[16 + (row * size) + i];
        }, cancellationToken);
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

    private static (int Count, int Size) Check(string path, byte[] bytes, int magic, int dimensions)
    {
        var header = 4 + (4 * dimensions);
        if (bytes.Length < header || BinaryPrimitives.ReadInt32BigEndian(bytes) != magic)
            throw new DataException(path, $"this is not an IDX file of bytes with {dimensions} dimension(s).");
        var count = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(4));
        var size = dimensions == 1
            ? 1UL
            : BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(8))
                * (ulong)BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(12));
        if (size > int.MaxValue || count * size != (ulong)(bytes.Length - header))
        {
            throw new DataException(
                path, $"it should hold {count} items of {size} bytes, but has {bytes.Length - header}.");
        }
        return ((int)count, (int)size);
    }
}
