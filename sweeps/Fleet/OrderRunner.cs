using System.Globalization;
using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// Trains orders in this process, one at a time, each with as many threads as it has ranks. Keeps the last table, so
/// that a study's next order need not read it again.
/// </summary>
/// <param name="sidecar">Opens a place to meet by a sidecar; null where there can be none.</param>
/// <param name="hasSidecar">Whether there is a sidecar.</param>
/// <param name="output">Gathers what ranks print, and the errors that end orders; null where nobody does.</param>
internal sealed class OrderRunner(OpenGangPlace? sidecar = null, bool hasSidecar = false, TrialOutput? output = null)
{
    private (string Sweep, string DataPath, SweepSpec Spec, TabularData Table)? _last;

    /// <summary>Runs an order to its end.</summary>
    /// <param name="task">What to train.</param>
    /// <param name="mustHandBack">Whether the order is to end after this step, with a checkpoint.</param>
    /// <param name="report">Tells a step, with the checkpoint's file if one is due; gives the verdict.</param>
    /// <param name="meet">Tells where the ranks of the gang meet, if it is for this process to say.</param>
    /// <param name="stop">Ends it between two steps.</param>
    public EndWord Run(
        RankTask task,
        Func<bool> mustHandBack,
        Func<StepWord, string?, bool> report,
        Action<GangMeeting> meet,
        CancellationToken stop)
    {
        try
        {
            return Train(task, mustHandBack, report, meet, stop);
        }
        catch (OperationCanceledException)
        {
            return new EndWord(OrderOutcome.Stopped, null, null);
        }
        catch (Exception e)
        {
            // Whatever a trial throws is its outcome; the scheduler knows what to make of it.
            return EndOf(e);
        }
    }

    private EndWord Train(
        RankTask task,
        Func<bool> mustHandBack,
        Func<StepWord, string?, bool> report,
        Action<GangMeeting> meet,
        CancellationToken stop)
    {
        var order = task.Order;
        var (spec, table) = Open(task, stop);
        var program = (ModelProgram)spec.Program;
        var range = new SegmentRange(order.From, order.To);
        var (key, training) = new SweepPlan(spec, (_, _) => order.Shape).Segment(
            order.Configuration(), order.Shape, table.ContentHash, range, order.Previous);
        if (key != order.Segment)
            return Refuse(order.Segment, key);
        var start = task.CheckpointPath is { } path ? Checkpoint.FromBytes(File.ReadAllBytes(path)) : null;
        if (order.IsFork && start is null)
            return Orphan(order);
        if (start is not null)
            training = SweepWork.GoingOn(training);
        var handedBack = false;
        EpochVerdict OnEpoch(EpochReport epoch)
        {
            var leaves = mustHandBack();
            var due = leaves || epoch.Epoch % program.Training.CheckpointEverySteps == 0 || epoch.Epoch == order.To;
            var metrics = SweepWork.Measured(epoch);
            if (spec.Resources.Elastic is not null)
                metrics = metrics with
                {
                    Measures = metrics.Measures.Add(new(ElasticRanks.Measure, epoch.SamplesPerSecond)),
                };
            var word = new StepWord(
                order.Study, order.Trial, order.Segment, epoch.Epoch, metrics, Checkpoint: null);
            var goOn = report(word, due ? Save(task.Scratch, order, epoch) : null);
            handedBack = goOn && leaves && epoch.Epoch < order.To;
            return goOn && !leaves ? EpochVerdict.Continue : EpochVerdict.Stop;
        }

        var (ended, allReduce) = (new Reply<TaskOutcome>(), program.Training.Parallel.AllReduce);
        object? Body(ProcessGroup group)
        {
            TrialConsole.Enter(output, group.Rank);
            return Trainer.Train(training, table, group, start, order.To, OnEpoch, stop);
        }

        using var gang = Meet(task, training, table, program.Training.Parallel, meet, stop);
        if (gang is null)
            Gang.Start(order.Segment, order.Ranks, allReduce, pin: false, Body, ended.Give); // others may run beside it
        else
            Gang.Start(order.Segment, order.Ranks, gang.Join, Body, ended.Give);
        return ended.Wait() switch
        {
            TaskThrew { Error: { } error } => EndOf(error),
            TaskInterrupted => new EndWord(OrderOutcome.Stopped, null, null),
            _ when handedBack => new EndWord(OrderOutcome.Preempted, null, "its worker has to leave"),
            _ => new EndWord(OrderOutcome.Done, null, null),
        };
    }

    /// <summary>Where the ranks meet; null where they are threads that share memory.</summary>
    private GangPlace? Meet(
        RankTask task,
        TrainingSpec training,
        TabularData table,
        ParallelSpec parallel,
        Action<GangMeeting> meet,
        CancellationToken stop)
    {
        var order = task.Order;
        var place = order.Gang
            ?? new GangSeat($"{order.Segment}-{order.Token}", order.Ranks, FirstRank: 0, Meeting: null);
        var transport = place.Meeting is { } meeting
            ? meeting.Store.StartsWith(GangMeeting.BusPrefix, StringComparison.Ordinal)
                ? GangTransport.Dapr
                : GangTransport.Tcp
            : Choose(order, training, table, parallel);
        Action<GangMeeting> tell = order.Gang is null ? _ => { } : meet;
        return transport switch
        {
            _ when place.WorldSize == 1 => null,
            GangTransport.Memory when order.Gang is null => null,
            GangTransport.Memory => throw new TuneGraphException(
                "The ranks are on several workers, and 'transport: memory' keeps them on one. Start a worker with "
                    + $"--slots {place.WorldSize}, or say 'transport: auto'."),
            GangTransport.Dapr => (sidecar ?? throw new TuneGraphException(
                "'transport: dapr' needs a worker beside a Dapr sidecar; this process is none."))(
                place, order.Ranks, parallel.AllReduce, tell, stop),
            _ => new GangRendezvous(
                place, order.Gang is null ? "127.0.0.1" : task.Address, parallel.AllReduce, tell, stop),
        };
    }

    private GangTransport Choose(
        TrainingOrder order, TrainingSpec training, TabularData table, ParallelSpec parallel)
    {
        var isSpread = order.Gang is not null;
        long? bytes = isSpread && hasSidecar && parallel.Strategy == ParallelStrategy.Data
            ? sizeof(float) * ModelSize.Parameters(training, table.Schema)
            : null;
        var choice = TransportChoice.Of(parallel.Transport, isSpread, hasSidecar, bytes);
        if (isSpread && parallel.Transport == GangTransport.Auto)
            output?.Add(PrintedLine.Of(
                rank: null,
                isError: false,
                $"transport auto takes {choice.Transport.ToString().ToLowerInvariant()}: {choice.Why}"));
        return choice.Transport;
    }

    private (SweepSpec Spec, TabularData Table) Open(RankTask task, CancellationToken stop)
    {
        if (_last is { } last && last.Sweep == task.Order.Sweep && last.DataPath == task.DataPath
            && last.Spec.Seed == task.Order.Seed)
            return (last.Spec, last.Table);
        var spec = SweepFile.Parse(
            task.Order.Sweep, $"{task.Order.Study}.yaml", Path.GetTempPath(), task.Order.Seed, task.DataPath);
        var table = TabularData.Load(((ModelProgram)spec.Program).Data, stop);
        _last = (task.Order.Sweep, task.DataPath, spec, table);
        return (spec, table);
    }

    private static string Save(string scratch, TrainingOrder order, EpochReport epoch)
    {
        var path = Path.Combine(
            scratch, string.Create(CultureInfo.InvariantCulture, $"{order.Token}.step-{epoch.Epoch}.safetensors"));
        var bytes = epoch.CaptureCheckpoint().ToBytes();
        try
        {
            AtomicFile.Write(path, bytes);
        }
        catch (IOException e)
        {
            throw new NoRoomException(
                $"A checkpoint could not be kept in '{scratch}': {e.Message} Free some space there. The trial goes on "
                    + "from its last checkpoint, on another worker or here.",
                new DiskShortage(DiskShortage.FreeIn(scratch), bytes.Length),
                e);
        }

        return path;
    }

    private static EndWord Orphan(TrainingOrder order) =>
        new(
            OrderOutcome.Failed,
            nameof(TuneGraphException),
            $"Trial {order.Trial} is a fork that goes on from step {order.From}, and the checkpoint of that step is "
                + "gone; its donor's steps cannot be repeated by it.");

    private static EndWord Refuse(string asked, string found) =>
        new(
            OrderOutcome.Refused,
            null,
            $"it arrives at the segment {found} where the scheduler says {asked}: it has another version of TuneGraph, "
                + "or other data. Run the same version on scheduler and workers.");

    private EndWord EndOf(Exception error)
    {
        output?.Add(error);
        if (error is SweepFileException)
            return new EndWord(
                OrderOutcome.Refused,
                null,
                $"it cannot read the sweep: {error.Message} Run the same version on scheduler and workers.");
        if (error is GangBrokenException or CollectiveAbortedException or CollectiveStalledException
            or CollectiveCorruptedException)
            return new EndWord(OrderOutcome.Broken, null, $"its gang broke: {error.Message}");
        if (error is NoRoomException full)
            return new EndWord(OrderOutcome.Preempted, nameof(IOException), full.Message) { Shortage = full.Shortage };
        var fault = TaskFault.Of(error);
        var outcome = fault.Kind switch
        {
            FaultKind.OutOfMemory => OrderOutcome.OutOfMemory,
            FaultKind.Diverged => OrderOutcome.Diverged,
            _ => OrderOutcome.Failed,
        };
        return new EndWord(outcome, fault.Type, fault.Message);
    }
}
