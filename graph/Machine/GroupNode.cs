namespace TuneGraph.Graph;

/// <summary>A group of tasks, and what it has had.</summary>
internal sealed class GroupNode(TaskGroup spec)
{
    public TaskGroup Spec { get; set; } = spec;

    public string Name => Spec.Name;

    /// <summary>
    /// Slot-seconds that it has had, by its share, on the clock of its priority: its start tag.
    /// </summary>
    public double Served { get; set; }

    /// <summary>Slots that its tasks hold, those included that have yet to stop.</summary>
    public int UsedSlots { get; set; }

    /// <summary>Its tasks that are ready or run.</summary>
    public int LiveCount { get; set; }

    /// <summary>Whether its quota leaves room for so many ranks.</summary>
    public bool Admits(int ranks) => Spec.Quota is not { } most || UsedSlots + ranks <= most;
}
