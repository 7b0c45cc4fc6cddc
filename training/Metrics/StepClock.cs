using System.Diagnostics;

namespace TuneGraph.Training;

/// <summary>Adds up where the time of training steps goes.</summary>
internal sealed class StepClock
{
    private long _last;
    private long _forward;
    private long _backward;
    private long _communication;
    private long _optimizer;

    public void Start() => _last = Stopwatch.GetTimestamp();

    public void EndForward() => _forward += Lap();

    public void EndBackward() => _backward += Lap();

    public void EndCommunication() => _communication += Lap();

    public void EndOptimizer() => _optimizer += Lap();

    /// <summary>The seconds so far; starts anew.</summary>
    public StepSeconds Take()
    {
        double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;
        var seconds = new StepSeconds(
            Seconds(_forward), Seconds(_backward), Seconds(_communication), Seconds(_optimizer));
        (_forward, _backward, _communication, _optimizer) = (0, 0, 0, 0);
        return seconds;
    }

    private long Lap()
    {
        var now = Stopwatch.GetTimestamp();
        var ticks = now - _last;
        _last = now;
        return ticks;
    }
}
