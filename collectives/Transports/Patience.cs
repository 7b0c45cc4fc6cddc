namespace TuneGraph.Collectives;

/// <summary>Waits for the other ranks while a group is being formed, in steps of 2 ms up to a limit.</summary>
internal sealed class Patience(TimeProvider clock, TimeSpan limit, CancellationToken cancellationToken)
{
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(2);

    private readonly long _start = clock.GetTimestamp();

    /// <summary>One step; throws when the limit has passed.</summary>
    /// <param name="missing">What is being waited for, for the error.</param>
    internal void Wait(Func<string> missing)
    {
        cancellationToken.WaitHandle.WaitOne(_step);
        cancellationToken.ThrowIfCancellationRequested();
        if (clock.GetElapsedTime(_start) > limit)
            throw new TimeoutException(
                $"The group was not complete after {limit.TotalSeconds:0.###} s: still waiting for {missing()}. Start "
                + "all ranks with the same settings, or raise JoinTime.");
    }
}
