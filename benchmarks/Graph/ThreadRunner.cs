using System.Collections.Immutable;
using TuneGraph.Graph;

namespace TuneGraph.Benchmarks;

/// <summary>
/// Runs a graph on threads of this process. Whichever thread has finished tasks takes the graph, tells it of them all at
/// once and goes on with what it gets: no thread of the graph's own, and no hand-over while there is work at hand.
/// </summary>
internal sealed class ThreadRunner(int threads, Action<TaskKey> body) : IDisposable
{
    private const int BatchLimit = 64;

    private readonly Lock _lock = new();
    private readonly Queue<StartTask> _ready = new();
    private readonly SemaphoreSlim _available = new(0);
    private TaskGraph _graph = new();
    private int _sleeping;
    private int _closed;
    private int _total;

    public void Run(ImmutableArray<TaskSpec> specs)
    {
        _graph = new TaskGraph(new TaskGraphOptions { WorkerSaturation = threads == 1 ? BatchLimit : 2 * BatchLimit });
        _total = specs.Length;
        _closed = 0;
        _graph.Apply(new WorkerJoined(new WorkerSpec { Id = "local", Slots = threads }));
        TakeNeedsLock(_graph.Apply(new TasksSubmitted(specs)));
        var others = new Thread[threads - 1];
        for (var index = 0; index < others.Length; index++)
        {
            others[index] = new Thread(Work);
            others[index].Start();
        }
        Work();
        foreach (var other in others)
            other.Join();
    }

    public void Dispose() => _available.Dispose();

    private void Work()
    {
        var batch = new List<StartTask>(BatchLimit);
        var done = new GraphEvent[BatchLimit];
        while (true)
        {
            var count = batch.Count;
            for (var index = 0; index < count; index++)
            {
                body(batch[index].Key);
                done[index] = new TaskFinished(batch[index].Key, batch[index].Attempt, 0, TimeSpan.FromTicks(1));
            }
            batch.Clear();
            lock (_lock)
            {
                _closed += count;
                if (count > 0)
                    TakeNeedsLock(_graph.Apply(done.AsSpan(0, count)));
                var share = Math.Min(BatchLimit, (_ready.Count + threads - 1) / threads);
                while (batch.Count < share)
                    batch.Add(_ready.Dequeue());
                if (_sleeping > 0 && (_ready.Count > 0 || _closed == _total))
                    _available.Release(_sleeping);
                if (_closed == _total)
                    return;
                if (batch.Count > 0)
                    continue;
                _sleeping++;
            }
            _available.Wait();
            lock (_lock)
                _sleeping--;
        }
    }

    private void TakeNeedsLock(ImmutableArray<Instruction> instructions)
    {
        foreach (var instruction in instructions)
        {
            if (instruction is StartTask start)
                _ready.Enqueue(start);
        }
    }
}
