namespace TuneGraph.Worker;

/// <summary>
/// Sees an order through: brings its files, has a process train it, carries steps and verdicts to and fro, and tells
/// the scheduler how it ended, however long that one is away.
/// </summary>
internal sealed class OrderSupervisor(
    TrainingOrder order,
    SchedulerClient client,
    WorkerFiles files,
    RankChildren children,
    string address,
    WorkerOptions options,
    SecretMask mask)
    : IDisposable
{
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(2);

    // The scheduler gives the slots to others after 5 s: by then nothing may run in them.
    private static readonly TimeSpan _killAfter = TimeSpan.FromSeconds(4);

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _giveUp = new();
    private readonly PrintedLines _printed = new(order, client, mask);
    private RankChild? _child;
    private volatile bool _mustHandBack;
    private volatile bool _isKilled;

    public string Token => order.Token;

    public bool IsStopping => _stop.IsCancellationRequested;

    public bool IsHandingBack => _mustHandBack;

    /// <summary>Ends it between two steps; what does not end by itself is killed.</summary>
    public void Stop()
    {
        if (_stop.IsCancellationRequested)
            return;
        _stop.Cancel();
        _child?.Say(new RankCommand(Stop: true));
        _ = KillLaterAsync();
    }

    /// <summary>Ends it after its next step, with a checkpoint.</summary>
    public void HandBack()
    {
        if (_mustHandBack)
            return;
        _mustHandBack = true;
        _child?.Say(new RankCommand(HandBack: true));
    }

    /// <summary>Ends it now, and tells the scheduler at most once more.</summary>
    public void GiveUp()
    {
        _giveUp.Cancel();
        Interlocked.Exchange(ref _child, null)?.Kill();
    }

    /// <summary>Runs it to its end. Never throws: whatever goes wrong is how it ended.</summary>
    public async Task RunAsync()
    {
        EndWord end;
        using var over = new CancellationTokenSource();
        var telling = _printed.TellAsync(over.Token);
        try
        {
            end = await TrainAsync(await files.BringAsync(order, address, _stop.Token));
            if (end is { Outcome: OrderOutcome.Preempted, Type: not null })
            {
                end = end with { Reason = $"worker '{options.Name}': {end.Reason}" };
                await RestAsync(end);
            }
        }
        catch (OperationCanceledException)
        {
            end = new EndWord(OrderOutcome.Stopped, null, null);
        }
        catch (Exception e)
        {
            // A file that is gone, a disk that is full: not the trial's fault, so somebody else may have it.
            end = new EndWord(OrderOutcome.Preempted, e.GetType().Name, $"worker '{options.Name}': {e.Message}")
            {
                Shortage = e is IOException ? new DiskShortage(DiskShortage.FreeIn(options.Data), 0) : null,
            };
            await RestAsync(end);
        }

        await over.CancelAsync();
        await telling;
        await PersistAsync(async () =>
        {
            await _printed.TellAsync(isLast: true);
            await client.EndAsync(order.Token, end, CancellationToken.None);
            return true;
        });
    }

    public void Dispose()
    {
        _stop.Dispose();
        _giveUp.Dispose();
    }

    // The scheduler may have nobody else to give it to, and what is wrong here will hardly pass at once. Where the disk
    // is too full, it gives this worker nothing until there is room.
    private async Task RestAsync(EndWord end)
    {
        if (end.Shortage is { FreeBytes: { } free, NeededBytes: var needed } && free < options.LeastFreeBytes + needed)
            return;
        try
        {
            await Task.Delay(_rest, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // It is not wanted any more.
        }
    }

    private async Task<EndWord> TrainAsync(RankTask task)
    {
        var child = children.Take();
        _child = child;
        child.Output = _printed.Output;
        child.Say(new RankCommand(Run: task));
        if (_mustHandBack)
            child.Say(new RankCommand(HandBack: true));
        if (_stop.IsCancellationRequested)
            child.Say(new RankCommand(Stop: true));
        while (await child.HearAsync(options.Stall, CancellationToken.None) is { } word)
        {
            if (word.End is { } end)
            {
                child.Output = null;
                if (Interlocked.Exchange(ref _child, null) is not null)
                    children.Return(child); // else it is being killed
                return end;
            }

            if (word.Meeting is { } meeting)
            {
                await PersistAsync(async () =>
                {
                    await client.MeetAsync(order.Token, meeting, _stop.Token);
                    return true;
                });
                continue;
            }

            var goOn = await TellAsync(word);
            child.Say(new RankCommand(GoOn: goOn));
        }

        var how = await child.EndAsync();
        child.Dispose();
        return _isKilled ? new EndWord(OrderOutcome.Stopped, null, null)
            : _giveUp.IsCancellationRequested
            ? new EndWord(OrderOutcome.Preempted, null, "its worker had to leave and could not wait for the next step")
            : new EndWord(
                OrderOutcome.Died, null, $"the process of trial {order.Trial} on '{options.Name}' ended: {how}");
    }

    private async Task KillLaterAsync()
    {
        await Task.Delay(_killAfter, CancellationToken.None);
        _isKilled = true;
        Interlocked.Exchange(ref _child, null)?.Kill();
    }

    private async Task<bool> TellAsync(RankWord word)
    {
        var step = word.Step!;
        if (word.CheckpointPath is { } path)
            step = step with { Checkpoint = ArtifactStore.HashOf(path) };
        var verdict = await PersistAsync(async () =>
        {
            if (step.Checkpoint is { } sha256)
                await client.UploadAsync(sha256, word.CheckpointPath!, _giveUp.Token);
            return await client.StepAsync(order.Token, step, _giveUp.Token);
        });
        if (word.CheckpointPath is not null)
            File.Delete(word.CheckpointPath);
        return verdict is { GoOn: true };
    }

    // A scheduler that is away comes back. What it refuses, it refuses for good, but for an upload that got lost.
    private async Task<T?> PersistAsync<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (SchedulerException e) when (e.Code is "unreachable" or FleetCode.Ending or FleetCode.NoSpace
                or FleetCode.NoArtifact or FleetCode.DamagedArtifact)
            {
                if (_giveUp.IsCancellationRequested)
                    return default;
                await Task.WhenAny(Task.Delay(_again), Task.Delay(Timeout.InfiniteTimeSpan, _giveUp.Token));
            }
            catch (Exception e) when (e is SchedulerException or OperationCanceledException)
            {
                return default;
            }
        }
    }
}
