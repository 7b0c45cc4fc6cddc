using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>
/// Has the graph of a sweep, and carries out what it decides. There are two: threads of this process, and a fleet of
/// workers. Nothing else differs between a laptop and a cluster. Used by the sweep's loop only.
/// </summary>
/// <param name="threads">Runs what runs in this process.</param>
internal abstract class TaskDispatcher(TaskThreads threads) : IDisposable
{
    /// <summary>How many trials are worth having under way at a time; at least 1.</summary>
    public abstract int Parallel { get; }

    /// <summary>
    /// How many ranks of the sweep have room at a time; null where their number is not to be decided.
    /// </summary>
    public virtual int? Room => null;

    /// <summary>Tasks that run in this process.</summary>
    public int Running => Threads.Running;

    protected TaskThreads Threads { get; } = threads;

    /// <summary>Tells the graph of a new task.</summary>
    /// <returns>What is to be done at once; a fleet's graph posts <see cref="Instructed"/> instead.</returns>
    public abstract IReadOnlyList<Instruction> Submit(PlannedTask task);

    /// <summary>Tells the graph what happened.</summary>
    /// <returns>As with <see cref="Submit"/>.</returns>
    public abstract IReadOnlyList<Instruction> Apply(GraphEvent @event);

    /// <summary>Hands on what the graph was told since the last time, all at once, where it is not there yet.</summary>
    public virtual void HandOn() { }

    /// <summary>The sweep's part of the workers is another one from now on; nothing where it has them alone.</summary>
    public virtual void Change(ResourceSpec resources) { }

    /// <summary>Name of who runs an attempt, for its record.</summary>
    public abstract string WorkerOf(StartTask start);

    /// <summary>Starts an attempt. Its end is posted; what it throws is its outcome, never an exception here.</summary>
    public abstract void Start(StartTask start, SweepTask task, StoredCheckpoint? checkpoint);

    /// <summary>
    /// Has the next attempt at a training segment, which ran out of memory, run where there is more.
    /// </summary>
    /// <returns>Whether there is such a place.</returns>
    public virtual bool GiveMoreMemory(string segment) => false;

    /// <summary>Stops an attempt at once, if it runs.</summary>
    public virtual void Stop(TaskKey key) => Threads.Stop(key);

    /// <summary>Stops all attempts at once.</summary>
    public virtual void StopAll() => Threads.StopAll();

    /// <summary>The attempt has ended and its end was handled.</summary>
    public void Forget(TaskKey key) => Threads.Forget(key);

    public object? ResultOf(TaskKey key) => Threads.ResultOf(key);

    public void Release(TaskKey key) => Threads.Release(key);

    /// <summary>Lets go of the graph; what it had started elsewhere is told to end.</summary>
    public virtual void Dispose() { }
}
