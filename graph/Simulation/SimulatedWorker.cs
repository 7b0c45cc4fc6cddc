namespace TuneGraph.Graph;

/// <summary>A worker of a <see cref="ClusterSimulation"/>: runs what it is told, as many ranks at once as it has slots.</summary>
internal sealed class SimulatedWorker(WorkerSpec spec, TimeSpan born)
{
    public WorkerSpec Spec { get; } = spec;

    public TimeSpan Born { get; } = born;

    public bool IsAlive { get; set; } = true;

    public int BusySlots { get; set; }

    public LinkedList<SimulatedRun> Waiting { get; } = [];

    public HashSet<SimulatedRun> Running { get; } = [];
}

/// <summary>One attempt on simulated workers.</summary>
internal sealed class SimulatedRun(TaskSpec spec, int attempt, SimulatedWorker[] ranks)
{
    public TaskSpec Spec { get; } = spec;

    public int Attempt { get; } = attempt;

    public SimulatedWorker[] Ranks { get; } = ranks;

    public bool IsRunning { get; set; }

    /// <summary>Ended, given back, stopped, or died with a worker: it reports nothing any more.</summary>
    public bool IsOver { get; set; }

    public TimeSpan Began { get; set; }
}
