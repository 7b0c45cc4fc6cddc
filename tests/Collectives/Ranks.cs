using System.Collections.Immutable;
using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

/// <summary>Runs one thread per rank and waits for all of them.</summary>
internal static class Ranks
{
    // A hang is a failure with a name, not a stuck test run; far above what any test needs.
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(120);

    /// <summary>Joins all ranks at once, as joining waits for the others.</summary>
    internal static ImmutableArray<ProcessGroup> Join(int worldSize, Func<int, ProcessGroup> join)
    {
        var joining = Enumerable.Range(0, worldSize)
            .Select(rank => Task.Factory.StartNew(() => join(rank), TaskCreationOptions.LongRunning)).ToArray();
        return [.. joining.Select(task => task.GetAwaiter().GetResult())];
    }

    /// <summary>Runs the body on every rank; entry r of the result is what rank r threw, or null.</summary>
    internal static Exception?[] Catch(IReadOnlyList<ProcessGroup> groups, Action<ProcessGroup> body)
    {
        var errors = new Exception?[groups.Count];
        var threads = groups.Select((group, index) => new Thread(Caught(group, index))
        {
            IsBackground = true,
            Name = $"rank {index}",
        }).ToImmutableArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads)
            Assert.True(thread.Join(_deadline), $"{thread.Name} still runs after {_deadline.TotalSeconds} s.");
        return errors;

        ThreadStart Caught(ProcessGroup group, int index) =>
            () => errors[index] = Record.Exception(() => body(group));
    }

    /// <summary>Runs the body on every rank and fails if any rank fails; then all leave.</summary>
    internal static void Run(IReadOnlyList<ProcessGroup> groups, Action<ProcessGroup> body)
    {
        var errors = Catch(groups, body);
        foreach (var group in groups) group.Dispose();
        var first = Array.FindIndex(errors, error => error is not null);
        Assert.True(first < 0, first < 0 ? "" : $"Rank {first}: {errors[first]}");
    }
}
