using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace TuneGraph;

/// <summary>
/// Reads sweeps from YAML. The file is checked as a whole: an error lists every mistake with its place, its code and
/// the way out. <c>docs/errors.md</c> explains the codes.
/// </summary>
/// <remarks>
/// A file has at most 1 MB, 100,000 elements and 32 levels, and is UTF-8. Anchors, aliases, merge keys, tags and
/// repeated keys are refused. Values follow the core schema of YAML 1.2: <c>yes</c> is text, <c>010</c> is ten,
/// <c>1e-5</c> is a number.
/// </remarks>
public static class SweepFile
{
    /// <summary>
    /// Reads a file. Data files are relative to its folder, the output folder to the current directory.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="seed">A seed instead of the file's; null for the file's.</param>
    /// <exception cref="SweepFileException">The file cannot be read, or there are mistakes in it.</exception>
    public static SweepSpec Load(string path, ulong? seed = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? Path.GetPathRoot(Path.GetFullPath(path))!;
        return Parse(ReadText(path), path, folder, seed);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="fileName">Name for diagnostics.</param>
    /// <param name="baseFolder">Folder that data files are relative to.</param>
    /// <param name="seed">A seed instead of the text's; null for the text's.</param>
    /// <exception cref="SweepFileException">There are mistakes in the text.</exception>
    public static SweepSpec Parse(string text, string fileName, string baseFolder, ulong? seed = null) =>
        Parse(text, fileName, baseFolder, seed, dataFile: null);

    /// <summary>Reads a text whose data file was brought here from another machine.</summary>
    internal static SweepSpec Parse(string text, string fileName, string baseFolder, ulong? seed, string? dataFile)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(fileName);
        ArgumentNullException.ThrowIfNull(baseFolder);
        var findings = new Findings(fileName);
        SweepSpec? sweep = null;
        if (YamlTree.Read(text, findings) is { } root)
        {
            var reading = new SweepReading(root, Path.GetFullPath(baseFolder), findings)
            {
                DataFile = dataFile,
            };
            sweep = SweepShape.Sweep(text, seed).Read(new Slot(root, "", reading), null);
        }
        findings.ThrowIfAny();
        return sweep!;
    }

    private static string ReadText(string path)
    {
        var findings = new Findings(path);
        var bytes = ReadBytes(path, findings);
        findings.ThrowIfAny();
        var content = bytes.AsSpan();
        if (content.StartsWith(Encoding.UTF8.Preamble))
            content = content[Encoding.UTF8.Preamble.Length..];
        var text = new char[content.Length];
        if (Utf8.ToUtf16(content, text, out _, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            findings.Add(YamlText.PlaceOf(text, written), DiagnosticCode.NotUtf8,
                "this is not UTF-8; save the file as UTF-8");
            throw findings.ToException();
        }
        return new string(text, 0, written);
    }

    private static byte[] ReadBytes(string path, Findings findings)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            var size = file.CanSeek ? file.Length : 0;
            // One byte more than allowed: what is no plain file tells its size only when it is read.
            var bytes = new byte[size <= YamlTree.MaxBytes ? YamlTree.MaxBytes + 1 : 0];
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (size <= YamlTree.MaxBytes && count <= YamlTree.MaxBytes)
                return bytes[..count];
            findings.Add(Place.Start, DiagnosticCode.FileTooLarge, YamlTree.TooLarge);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            findings.Add(Place.Start, DiagnosticCode.FileUnreadable, Directory.Exists(path)
                ? "this is a folder; name the sweep file in it"
                : $"the file cannot be read: {Words.Sentence(exception.Message)}");
        }
        return [];
    }
}
