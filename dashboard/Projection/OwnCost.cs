using System.Diagnostics;

namespace TuneGraph.Dashboard;

/// <summary>What the page itself costs. Safe to use from several threads.</summary>
internal sealed class OwnCost(TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private long _viewers;
    private long _sent;
    private long _reads;
    private long _reading;

    /// <summary>Pages that are open and follow a study.</summary>
    public long Viewers => Interlocked.Read(ref _viewers);

    /// <summary>Bytes of news sent to them, before compression.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>How often a store was read.</summary>
    public long Reads => Interlocked.Read(ref _reads);

    /// <summary>How long a reading took on average.</summary>
    public TimeSpan Reading => Reads == 0 ? TimeSpan.Zero : new TimeSpan(Interlocked.Read(ref _reading) / Reads);

    public TimeSpan Age => time.GetElapsedTime(_began);

    public static TimeSpan ProcessorTime
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.TotalProcessorTime;
        }
    }

    public void Came() => Interlocked.Increment(ref _viewers);

    public void Left() => Interlocked.Decrement(ref _viewers);

    public void Send(int bytes) => Interlocked.Add(ref _sent, bytes);

    public void Read(TimeSpan took)
    {
        Interlocked.Increment(ref _reads);
        Interlocked.Add(ref _reading, took.Ticks);
    }
}
