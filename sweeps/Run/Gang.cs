using TuneGraph.Collectives;

namespace TuneGraph;

/// <summary>The ranks of one task: threads of this process that share a process group.</summary>
internal static class Gang
{
    /// <summary>Starts one thread a rank; the last to end tells the outcome. Returns at once.</summary>
    /// <param name="name">Name of the threads, for debuggers.</param>
    /// <param name="ranks">World size.</param>
    /// <param name="allReduce">How the ranks sum vectors.</param>
    /// <param name="pin">Whether each gets a processor of its own, if there are enough.</param>
    /// <param name="body">What each rank does; rank 0's result is the task's.</param>
    /// <param name="ended">Told once, from the last rank's thread.</param>
    public static void Start(
        string name,
        int ranks,
        AllReduceAlgorithm allReduce,
        bool pin,
        Func<ProcessGroup, object?> body,
        Action<TaskOutcome> ended
    )
    {
        var groups = InProcessGroup.Create(ranks, new InProcessOptions { Algorithm = allReduce });
        Start(
            name,
            ranks,
            index =>
            {
                if (pin)
                    groups[index].BindThread();
                return groups[index];
            },
            body,
            ended);
    }

    /// <summary>The same with ranks of a group that may have more of them elsewhere.</summary>
    /// <param name="name">Name of the threads, for debuggers.</param>
    /// <param name="ranks">How many run here.</param>
    /// <param name="join">Gives the thread with an index its membership, on that thread; its giver owns it.</param>
    /// <param name="body">What each rank does; rank 0's result is the task's.</param>
    /// <param name="ended">Told once, from the last rank's thread.</param>
    public static void Start(
        string name,
        int ranks,
        Func<int, ProcessGroup> join,
        Func<ProcessGroup, object?> body,
        Action<TaskOutcome> ended)
    {
        var errors = new Exception?[ranks];
        object? result = null;
        var running = ranks;
        for (var index = 0; index < ranks; index++)
        {
            var own = index;
            var thread = new Thread(() =>
            {
                ProcessGroup? group = null;
                try
                {
                    group = join(own);
                    var value = body(group);
                    if (group.Rank == 0)
                        result = value;
                }
                catch (Exception e)
                {
                    // Whatever a rank throws becomes the task's outcome; the others must not wait for it.
                    errors[own] = e;
                    group?.Abort(e.Message);
                }

                if (Interlocked.Decrement(ref running) == 0)
                    ended(Outcome(errors, result));
            })
            {
                IsBackground = true,
                Name = $"{name} rank {own}",
            };
            thread.Start();
        }
    }

    // The rank that failed first is the one whose error is not "somebody else aborted".
    private static TaskOutcome Outcome(Exception?[] errors, object? result)
    {
        var cause =
            errors.FirstOrDefault(e => e is not (null or CollectiveAbortedException or OperationCanceledException))
            ?? errors.FirstOrDefault(e => e is OperationCanceledException)
            ?? errors.FirstOrDefault(e => e is not null);
        return cause switch
        {
            null => new TaskDone(result),
            OperationCanceledException => new TaskInterrupted(),
            _ => TaskThrew.Of(cause),
        };
    }
}
