namespace TuneGraph.Training;

/// <summary>
/// One stage's virtual time, in multiplications: it passes while the stage computes, and a message brings the time at
/// which it was sent. So the idle part of a pipeline is measured on the messages of a real run, but as if every stage
/// had a processor of its own and messages took no time.
/// </summary>
internal sealed class StageClock
{
    private double _stepStart;

    /// <summary>The time.</summary>
    public double Now { get; private set; }

    /// <summary>Of that, how long the stage has computed.</summary>
    public double Busy { get; private set; }

    /// <summary>The time since the step began, as messages carry it.</summary>
    public double Stamp => Now - _stepStart;

    /// <summary>A step begins, on all stages at once.</summary>
    public void BeginStep() => _stepStart = Now;

    /// <summary>The stage computes.</summary>
    public void Compute(double work)
    {
        Now += work;
        Busy += work;
    }

    /// <summary>A message of that stamp is there.</summary>
    public void Receive(double stamp) => Now = Math.Max(Now, _stepStart + stamp);

    /// <summary>Time and work so far; starts anew.</summary>
    public (double Now, double Busy) Take()
    {
        var taken = (Now, Busy);
        (Now, Busy, _stepStart) = (0, 0, 0);
        return taken;
    }
}
