namespace TuneGraph.Dashboard;

/// <summary>The tasks of one kind, as a box of the graph.</summary>
/// <param name="Kind">The kind: <c>train</c>.</param>
/// <param name="Column">Where it stands, from the left: behind everything that it waits for.</param>
/// <param name="Tasks">Its tasks, in the order in which they were planned.</param>
/// <param name="Time">How long workers were at them, summed over attempts that ended.</param>
/// <param name="After">Kinds that it waits for.</param>
internal sealed record TaskGroup(
    string Kind, int Column, IReadOnlyList<StoredTask> Tasks, TimeSpan Time, IReadOnlyList<string> After)
{
    /// <summary>How many tasks there are in a state.</summary>
    public int CountOf(string state) => Tasks.Count(task => task.State == state);

    /// <summary>A letter for each task: W waits, R runs, S succeeded, F failed, T was stopped.</summary>
    public string Cells => string.Concat(Tasks.Select(task => task.State switch
    {
        "Succeeded" => 'S',
        "Running" => 'R',
        "Failed" => 'F',
        "Stopped" => 'T',
        _ => 'W',
    }));
}
