namespace TuneGraph.Tests.Training;

/// <summary>What training steps take from the managed heap once their first ones have made all they need.</summary>
internal static class SteadySteps
{
    private const int WarmUp = 40, Measured = 20;

    public static void AllocateNothing(Action<int> step)
    {
        for (var i = 1; i <= WarmUp; i++)
            step(i);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = WarmUp + 1; i <= WarmUp + Measured; i++)
            step(i);
        // Less than a byte a step: what the run time itself takes once now and then.
        Assert.Equal(0, (GC.GetAllocatedBytesForCurrentThread() - before) / Measured);
    }
}
