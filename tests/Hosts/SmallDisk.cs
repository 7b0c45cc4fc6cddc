using System.Diagnostics;
using System.Globalization;

namespace TuneGraph.Tests.Hosts;

/// <summary>A disk of a few megabytes, in memory, which can be filled to its last byte.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    private string Ballast => Path.Combine(_folder, "ballast");

    /// <summary>Mounts one; skips the test where that is not allowed.</summary>
    public static SmallDisk Mount(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        var size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m");
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", size, "tunegraph-test", folder),
            "Only root may mount a small disk to be filled.");
        return new SmallDisk(folder);
    }

    /// <summary>Fills what is free; again, what has become free since.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Empty() => File.Delete(Ballast);

    // Whatever is still open there goes on until it is closed.
    public void Dispose() => Run("umount", "--lazy", _folder);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
