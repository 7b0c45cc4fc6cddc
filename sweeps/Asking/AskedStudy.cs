using System.Threading.Channels;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// A study whose trials somebody else runs. One loop owns it: it does what has gathered, writes all of that in one
/// transaction, and only then lets the callers have their answers. So a crash at any point leaves a study that every
/// answer agrees with, and many callers cost one write. Safe to use from several threads.
/// </summary>
internal sealed class AskedStudy : IAsyncDisposable
{
    private const int MostWaiting = 4096;
    private const int MostTogether = 256;

    private readonly Channel<AskedCall> _calls = Channel.CreateBounded<AskedCall>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Func<AskedLedger> _open;
    private readonly Task _loop;
    private readonly ITimer _timer;
    private AskedLedger? _ledger;

    /// <param name="open">Opens study and store; again after the store failed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="period">How often claim and leases are looked after.</param>
    public AskedStudy(Func<AskedLedger> open, TimeProvider time, TimeSpan period)
    {
        _open = open;
        _loop = Task.Factory.StartNew(
            Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _timer = time.CreateTimer(_ => Look(), null, period, period);
    }

    public StudyFeed Feed { get; } = new();

    /// <summary>
    /// Does something with the study while nobody else does; what it changed is written before the answer.
    /// </summary>
    /// <exception cref="FleetException">It cannot be done, or another scheduler has the study.</exception>
    /// <exception cref="StoreException">It could not be written; nothing was changed.</exception>
    public async Task<T> DoAsync<T>(Func<AskedLedger, T> action)
    {
        var call = new AskedCall<T>(action);
        if (!_calls.Writer.TryWrite(call))
            throw new FleetException(
                FleetCode.Ending,
                $"The study has {MostWaiting} calls waiting, or the scheduler is ending; ask again in a while.");
        return await call.Answer.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        _calls.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    // A study that nobody has used needs nothing; one that is busy looks after itself between two calls.
    private void Look() => _calls.Writer.TryWrite(new AskedCall<bool>(ledger => ledger.Look()) { IsOptional = true });

    private void Run()
    {
        var together = new List<AskedCall>();
        while (_calls.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            together.Clear();
            while (together.Count < MostTogether && _calls.Reader.TryRead(out var call))
            {
                if (!call.IsOptional || _ledger is not null)
                    together.Add(call);
            }

            if (together.Count > 0)
                Serve(together);
        }

        _ledger?.Dispose();
    }

    private void Serve(List<AskedCall> together)
    {
        try
        {
            if (_ledger is null)
            {
                _ledger = _open();
                _ledger.Watch(Feed);
            }

            foreach (var call in together)
                call.Do(_ledger);
            _ledger.Commit();
        }
        catch (Exception e)
        {
            // The study in memory may be ahead of the store: it is read anew for the next call.
            _ledger?.Dispose();
            _ledger = null;
            foreach (var call in together)
                call.Refuse(e);
            return;
        }

        foreach (var call in together)
            call.Give();
    }
}

/// <summary>Something that a caller wants of a study.</summary>
internal abstract class AskedCall
{
    /// <summary>Whether it may be left out where the study is not open.</summary>
    public bool IsOptional { get; init; }

    public abstract void Do(AskedLedger ledger);

    public abstract void Give();

    public abstract void Refuse(Exception error);
}

/// <inheritdoc/>
internal sealed class AskedCall<T>(Func<AskedLedger, T> action) : AskedCall
{
    private readonly Reply<T> _reply = new();
    private T? _result;
    private Exception? _error;

    public Task<T> Answer => _reply.Answer;

    public override void Do(AskedLedger ledger)
    {
        try
        {
            _result = action(ledger);
        }
        catch (Exception e) when (e is FleetException or ArgumentException or SearchSpaceException
            or InvalidOperationException)
        {
            _error = e is FleetException ? e : new FleetException(FleetCode.BadRequest, e.Message);
        }
    }

    public override void Give()
    {
        if (_error is { } error)
            _reply.Refuse(error);
        else
            _reply.Give(_result!);
    }

    public override void Refuse(Exception error) => _reply.Refuse(error);
}
