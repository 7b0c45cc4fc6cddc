using System.Diagnostics;
using System.Globalization;

namespace TuneGraph.Benchmarks;

/// <summary>
/// What the machine's memory copy allows an all-reduce between threads: every thread copies a vector of its own, all at
/// once. Over all ranks a fused all-reduce of S bytes also reads N·S and writes N·S bytes, and must besides carry them
/// between the cores.
/// </summary>
internal static class MemoryCopy
{
    private const int Repetitions = 5;
    private const double SecondsPerRepetition = 0.06;

    internal static void Run(int threads, int[] sizes)
    {
        foreach (var kib in sizes)
        {
            var calls = (int)Math.Clamp(SecondsPerRepetition / Time(threads, kib, 3), 3, 5000);
            Time(threads, kib, calls);
            var seconds = Enumerable.Range(0, Repetitions).Select(_ => Time(threads, kib, calls));
            var invariant = CultureInfo.InvariantCulture;
            Console.WriteLine($"{kib} {string.Join(' ', seconds.Select(s => s.ToString("F9", invariant)))}");
        }
    }

    private static double Time(int threads, int kib, int calls)
    {
        using var start = new Barrier(threads);
        var seconds = new double[threads];
        var copying = Enumerable.Range(0, threads).Select(index => new Thread(() =>
        {
            float[] from = new float[kib * 256], to = new float[kib * 256];
            from.AsSpan().Fill(0.5f);
            from.CopyTo(to, 0);
            start.SignalAndWait();
            var began = Stopwatch.GetTimestamp();
            for (var call = 0; call < calls; call++) from.CopyTo(to, 0);
            seconds[index] = Stopwatch.GetElapsedTime(began).TotalSeconds / calls;
        })).ToArray();
        foreach (var thread in copying) thread.Start();
        foreach (var thread in copying) thread.Join();
        return seconds.Max();
    }
}
