namespace TuneGraph.Tests.Training;

/// <summary>A clock of ranks that counts their passes: one reads it as it begins, and after either half.</summary>
internal sealed class CountedPasses : TimeProvider, IDisposable
{
    private const int ReadingsOfAPass = 3;

    private readonly SemaphoreSlim _begun = new(0);
    private int _readings;

    public override long GetTimestamp()
    {
        if (Interlocked.Increment(ref _readings) % ReadingsOfAPass == 1)
            _begun.Release();
        return base.GetTimestamp();
    }

    public void WaitFor(int passes, CancellationToken cancellationToken)
    {
        for (var pass = 0; pass < passes; pass++)
            _begun.Wait(cancellationToken);
    }

    public void Dispose() => _begun.Dispose();
}

/// <summary>The clock of a rank whose first pass lasts until others have begun so many.</summary>
internal sealed class LateFirstPass(CountedPasses others, int passes, CancellationToken cancellationToken)
    : TimeProvider
{
    private bool _hasBegun;

    public override long GetTimestamp()
    {
        if (!_hasBegun)
            others.WaitFor(passes, cancellationToken);
        _hasBegun = true;
        return base.GetTimestamp();
    }
}
