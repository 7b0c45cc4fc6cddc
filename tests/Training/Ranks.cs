using TuneGraph.Collectives;

namespace TuneGraph.Tests.Training;

/// <summary>Runs one function per rank, each on its own thread, and returns what each gave or threw.</summary>
internal static class Ranks
{
    public static T[] Run<T>(int worldSize, Func<ProcessGroup, T> body) =>
        Run(InProcessGroup.Create(worldSize), body);

    public static T[] Run<T>(IReadOnlyList<ProcessGroup> groups, Func<ProcessGroup, T> body)
    {
        var outcomes = Try(groups, body);
        var failure = outcomes.FirstOrDefault(o => o.Error is not null and not CollectiveAbortedException).Error
            ?? outcomes.FirstOrDefault(o => o.Error is not null).Error;
        return failure is null
            ? [.. outcomes.Select(o => o.Result!)]
            : throw new InvalidOperationException("A rank failed.", failure);
    }

    public static (T? Result, Exception? Error)[] Try<T>(int worldSize, Func<ProcessGroup, T> body) =>
        Try(InProcessGroup.Create(worldSize), body);

    public static (T? Result, Exception? Error)[] Try<T>(
        IReadOnlyList<ProcessGroup> groups, Func<ProcessGroup, T> body)
    {
        var outcomes = new (T? Result, Exception? Error)[groups.Count];
        var threads = groups.Select((group, rank) => new Thread(() =>
        {
            try
            {
                outcomes[rank] = (body(group), null);
            }
            catch (Exception e)
            {
                outcomes[rank] = (default, e);
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        foreach (var group in groups)
            group.Dispose();
        return outcomes;
    }
}
