using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;

namespace TuneGraph.Benchmarks;

/// <summary>A PyTorch process that trains on request.</summary>
internal sealed class TorchPeer : IDisposable
{
    private readonly Process _process;

    private TorchPeer(Process process, string version)
    {
        _process = process;
        Version = version;
    }

    public string Version { get; }

    /// <summary>Starts it; null when there is no such Python, or it has no PyTorch.</summary>
    public static TorchPeer? TryStart(string python, string script, int threads)
    {
        if (!File.Exists(python))
            return null;
        var count = threads.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(python, [script, count])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        // The number is asked for everywhere, and waiting without spinning: idle threads would spin beside the other
        // side's turn.
        start.Environment["OMP_NUM_THREADS"] = count;
        start.Environment["OPENBLAS_NUM_THREADS"] = count;
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        // OpenBLAS 0.3.21 takes newer processors for Haswell, at three fifths of the speed.
        if (Vector512.IsHardwareAccelerated)
            start.Environment["OPENBLAS_CORETYPE"] = "SKYLAKEX";
        var process = Process.Start(start)!;
        var version = process.StandardOutput.ReadLine();
        return version is null ? null : new TorchPeer(process, version);
    }

    /// <summary>Seconds per epoch, by the clock and on the processor.</summary>
    public (double[] Wall, double[] Cpu) Train(TrainingCase @case, int epochs)
    {
        _process.StandardInput.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{@case.Widths} {@case.Batch} {@case.Optimizer} {@case.Rows} {epochs}"));
        return (ReadNumbers(), ReadNumbers());
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private double[] ReadNumbers()
    {
        var line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("PyTorch ended early.");
        return [.. line.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }
}
