using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>
/// Runs functions as a graph of tasks on threads of this process: each task starts when those that it reads have ended.
/// Tasks may be added at any time, from anywhere, also from within tasks.
/// </summary>
/// <remarks>Thread-safe. Must not be disposed of from within a task.</remarks>
public sealed class TaskRunner : IAsyncDisposable
{
    private readonly TaskRunnerOptions _options;
    private readonly GraphRunner _runner;
    private readonly ResultStore _store;
    private readonly Chores _chores;
    private readonly TaskBook _book = new();
    private readonly ConcurrentQueue<TaskCell> _dropped = new();
    private readonly ConcurrentQueue<TaskKey> _toSpill = new();

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">How many threads run tasks. At least 1.</param>
    public TaskRunner(int threads)
        : this(new TaskRunnerOptions { Run = new GraphRunnerOptions { Threads = threads } })
    {
    }

    /// <summary>Starts the threads.</summary>
    /// <param name="options">Settings; the defaults if null.</param>
    public TaskRunner(TaskRunnerOptions? options = null)
    {
        _options = options ?? new TaskRunnerOptions();
        _store = new ResultStore(_options.Formats, _options.SpillFolder);
        _chores = new Chores(DoChores);
        _runner = new GraphRunner((key, token) => _book[key].ExecuteAsync(token), _options.Run, Told)
        {
            UsedBytes = UsedBytes,
        };
    }

    /// <summary>How many tasks stand where.</summary>
    public TaskProgress Progress => Ask(graph => new TaskProgress(
        graph.CountOf(TaskState.Waiting), graph.CountOf(TaskState.Ready), graph.CountOf(TaskState.Running),
        graph.CountOf(TaskState.Succeeded), graph.CountOf(TaskState.Erred), graph.CountOf(TaskState.Cancelled),
        graph.CountOf(TaskState.Released)));

    /// <summary>Bytes of results in memory, of types with a format.</summary>
    public long ResultBytes => _store.Bytes;

    /// <summary>How many results were written to disk so far.</summary>
    public long SpilledResults => _store.Spilled;

    /// <summary>Why writing results to disk failed, after which they stay in memory; null if it did not.</summary>
    public Exception? SpillFailure => _store.Failure;

    /// <summary>Completes when no task is open.</summary>
    public Task WhenIdleAsync() => _runner.WhenIdleAsync();

    /// <summary>Stops for good; tasks that have not begun are cancelled.</summary>
    /// <param name="forceful">Whether tokens of the tasks that have begun are cancelled too.</param>
    public Task StopAsync(bool forceful) => _runner.StopAsync(forceful);

    /// <summary>The graph and its state in Graphviz's DOT language.</summary>
    /// <param name="maxTasks">How many tasks to draw at most, those added first. At least 1; 500 by default.</param>
    public string ToDot(int maxTasks = 500) => Ask(graph => graph.ToDot(maxTasks));

    /// <summary>The graph and its state as a Mermaid flow chart.</summary>
    /// <param name="maxTasks">How many tasks to draw at most, those added first. At least 1; 500 by default.</param>
    public string ToMermaid(int maxTasks = 500) => Ask(graph => graph.ToMermaid(maxTasks));

    /// <summary>Stops by force, waits for the bodies that run, and deletes what was spilled.</summary>
    public async ValueTask DisposeAsync()
    {
        await _runner.DisposeAsync().ConfigureAwait(false);
        _chores.Stop();
        _store.Dispose();
        _options.Progress?.Report(Progress);
    }

    internal T Ask<T>(Func<TaskGraph, T> question) => _runner.Ask(question);

    internal void Apply(GraphEvent @event) => _runner.Apply(@event);

    internal TaskFuture<T> Submit<T>(NewTask<T> task, TaskSettings? settings) => Submit([task], settings)[0];

    /// <summary>Submits tasks together, wholly or not at all.</summary>
    internal ImmutableArray<TaskFuture<T>> Submit<T>(IReadOnlyList<NewTask<T>> tasks, TaskSettings? settings)
    {
        var cells = new ResultCell<T>[tasks.Count];
        for (var index = 0; index < cells.Length; index++)
            cells[index] = CellOf(tasks[index]);
        return Submit(cells, _ => settings ?? TaskSettings.Default);
    }

    internal ResultCell<T> CellOf<T>(NewTask<T> task)
    {
        if (typeof(T).IsAssignableTo(typeof(Task)))
        {
            throw new ArgumentException(
                $"The body of '{task.Key}' gives a {typeof(T).Name}, which no one would await. "
                + "Let it take a cancellation token: token => …", nameof(task));
        }
        var dependencies = task.Dependencies;
        return new(task.Key, dependencies.Length < 2 ? dependencies : [.. dependencies.Distinct()], task.Body, _store);
    }

    internal ImmutableArray<TaskFuture<T>> Submit<T>(ResultCell<T>[] cells, Func<TaskCell, TaskSettings> settingsOf)
    {
        var specs = Array.ConvertAll(cells, cell => SpecOf(cell, settingsOf(cell)));
        _book.Add(cells, () => _runner.Submit(ImmutableCollectionsMarshal.AsImmutableArray(specs)));
        return ImmutableCollectionsMarshal.AsImmutableArray(
            Array.ConvertAll(cells, cell => new TaskFuture<T>(this, cell)));
    }

    /// <summary>No future of these is left.</summary>
    internal void Drop(IReadOnlyList<TaskCell> cells)
    {
        foreach (var left in _book.Drop(cells, _runner))
            _dropped.Enqueue(left);
    }

    /// <summary>The same, for the garbage collector's thread, which must not wait for the graph.</summary>
    internal void DropLater(TaskCell cell)
    {
        _dropped.Enqueue(cell);
        _chores.Ask();
    }

    private static TaskSpec SpecOf(TaskCell cell, TaskSettings settings) => new()
    {
        Key = cell.Key,
        Dependencies = ImmutableCollectionsMarshal.AsImmutableArray(
            Array.ConvertAll(cell.Dependencies, dependency => dependency.Key)),
        KeepResult = true,
        Priority = settings.Priority,
        MaxRetries = settings.MaxRetries,
        Backoff = settings.Backoff,
        Timeout = settings.Timeout,
        Resources = settings.Resources,
    };

    private void Told(Instruction instruction)
    {
        switch (instruction)
        {
            case TaskSucceeded done: Close(_book.Find(done.Key), null); break;
            case TaskErred erred when _book.Find(erred.Key) is { } cell: Close(cell, FailureOf(cell, erred)); break;
            case TaskCancelled cancelled:
                Close(_book.Find(cancelled.Key), new TaskCancelledException(
                    cancelled.Key,
                    $"Task '{cancelled.Key}' was cancelled: {cancelled.Reason}",
                    StoryOf(cancelled.Key)));
                break;
            case ReleaseResult release:
                _book.Find(release.Key)?.Release();
                if (_options.Run.MemoryLimitBytes > 0)
                    _chores.Ask();
                break;
            case SpillResults spill:
                foreach (var key in spill.Keys)
                    _toSpill.Enqueue(key);
                _chores.Ask();
                break;
        }
    }

    private void Close(TaskCell? cell, Exception? failure)
    {
        if (cell is null)
            return;
        cell.Close(failure);
        if (cell.IsDropped)
            _dropped.Enqueue(cell);
        if (cell.IsDropped || _options.Progress is not null)
            _chores.Ask();
    }

    private TaskFailedException FailureOf(TaskCell cell, TaskErred erred)
    {
        var cause = cell.Thrown ?? cell.Dependencies
            .Select(dependency => dependency.Failure?.InnerException)
            .FirstOrDefault(thrown => thrown is not null);
        return new TaskFailedException(cell.Key, $"Task '{cell.Key}' failed: {erred.Reason}", StoryOf(cell.Key), cause);
    }

    private IReadOnlyList<Transition> StoryOf(TaskKey key) => Ask(graph => graph.Story(key));

    /// <summary>Where nothing can be spilled, a limit would only bring all to a halt.</summary>
    private long UsedBytes() => SpillFailure is null ? _store.Bytes : 0;

    private void DoChores()
    {
        var gone = new List<TaskCell>();
        while (_dropped.TryDequeue(out var cell))
            gone.Add(cell);
        if (gone.Count > 0)
            Drop(gone);
        while (_toSpill.TryDequeue(out var key))
        {
            if (_book.Find(key) is { } cell)
                _store.Spill(cell);
        }
        if (_options.Run.MemoryLimitBytes > 0)
            _runner.Apply(new WorkerMemoryReported(GraphRunner.Worker, UsedBytes()));
        _options.Progress?.Report(Progress);
    }
}
