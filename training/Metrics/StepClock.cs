namespace TuneGraph.Training;

/// <summary>Adds up where the time of training steps goes.</summary>
/// <param name="time">What it reads, on the thread that computes.</param>
internal sealed class StepClock(TimeProvider time)
{
    private long _start;
    private long _last;
    private long _forward;
    private long _backward;
    private long _communication;
    private long _optimizer;
    private int _passes;
    private long _rows;
    private double _sum;        // of the passes' seconds
    private double _squares;

    public void Start() => _start = _last = time.GetTimestamp();

    public void EndForward() => _forward += Lap();

    public void EndBackward(int rows)
    {
        _backward += Lap();
        var seconds = Seconds(_last - _start);
        (_passes, _rows) = (_passes + 1, _rows + rows);
        (_sum, _squares) = (_sum + seconds, _squares + (seconds * seconds));
        _start = _last;
    }

    public void EndCommunication() => _communication += Lap();

    public void EndOptimizer() => _optimizer += Lap();

    /// <summary>The seconds so far; starts anew.</summary>
    public StepSeconds Take()
    {
        var seconds = new StepSeconds(
            Seconds(_forward), Seconds(_backward), Seconds(_communication), Seconds(_optimizer));
        (_forward, _backward, _communication, _optimizer) = (0, 0, 0, 0);
        return seconds;
    }

    /// <summary>How fast passes were so far; starts anew.</summary>
    public RankPace TakePace()
    {
        var mean = _passes == 0 ? 0 : _sum / _passes;
        var variance = _passes == 0 ? 0 : Math.Max(0, (_squares / _passes) - (mean * mean));
        var pace = new RankPace(_passes, mean, Math.Sqrt(variance), _rows);
        (_passes, _rows, _sum, _squares) = (0, 0, 0, 0);
        return pace;
    }

    private double Seconds(long ticks) => (double)ticks / time.TimestampFrequency;

    private long Lap()
    {
        var now = time.GetTimestamp();
        var ticks = now - _last;
        _last = now;
        return ticks;
    }
}
