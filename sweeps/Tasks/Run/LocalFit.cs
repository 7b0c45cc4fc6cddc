using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>Refuses tasks that would wait for ever, because a local runner has but one worker.</summary>
internal static class LocalFit
{
    public static void Check(TaskSpec task, WorkerSpec worker)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (task.Ranks > 1)
        {
            throw new TuneGraphException(
                $"Task '{task.Key}' is a gang; a local runner takes tasks of one rank. "
                + "Start threads within its body, or run the graph on several workers.");
        }
        if (!task.Constraints.IsNone && !task.Constraints.Allow(worker))
        {
            throw new TuneGraphException(
                $"Task '{task.Key}' may not run on the worker '{worker.Id}', the only one here. Ease its constraints.");
        }
        if (!task.Resources.IsNone && Lacking(task.Resources, worker.Resources) is { } lack)
        {
            throw new TuneGraphException(
                $"Task '{task.Key}' needs {lack}, so it could never run. "
                + $"Ask for less, or raise {nameof(GraphRunnerOptions)}.{nameof(GraphRunnerOptions.Resources)}.");
        }
    }

    private static string? Lacking(ResourceVector need, ResourceVector has)
    {
        if (need.Cores > has.Cores)
            return $"{need.Cores} cores; the runner has {has.Cores}";
        if (need.MemoryBytes > has.MemoryBytes)
            return $"{need.MemoryBytes} bytes of memory; the runner has {has.MemoryBytes}";
        if (need.Accelerators > has.Accelerators)
            return $"{need.Accelerators} accelerators; the runner has {has.Accelerators}";
        foreach (var (name, amount) in need.Named)
        {
            var offered = has.Named.GetValueOrDefault(name);
            if (amount > offered)
                return $"{amount} of '{name}'; the runner has {offered}";
        }
        return null;
    }
}
