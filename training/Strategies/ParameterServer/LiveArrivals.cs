namespace TuneGraph.Training;

/// <summary>
/// The order in which an epoch's fetches and pushes reach the servers, as it happens: in every round all agree on who
/// is done, and serve these. The pieces of an epoch go to whoever is free, so that a slow worker computes fewer.
/// </summary>
internal static class LiveArrivals
{
    /// <param name="strategy">Who waits for whom.</param>
    /// <param name="workers">Number of workers.</param>
    /// <param name="pieces">Pieces of the epoch: <paramref name="workers"/> of each batch.</param>
    /// <param name="askWhoIsDone">Fills in who is done with a step; the same on all ranks.</param>
    public static IEnumerable<Arrival> Of(
        ParameterServerStrategy strategy, int workers, int pieces, Action<bool[]> askWhoIsDone)
    {
        var clocks = new int[workers];
        var at = new int?[workers];
        var isDone = new bool[workers];
        var (given, done) = (0, 0);
        while (done < pieces)
        {
            var slowest = clocks.Min();
            for (var worker = 0; worker < workers && given < pieces; worker++)
            {
                if (at[worker] is not null || clocks[worker] - slowest > strategy.MostAhead)
                    continue;
                at[worker] = given++;
                yield return new Arrival(worker, true, strategy.Fetches(clocks[worker]), at[worker]!.Value);
            }
            askWhoIsDone(isDone);
            for (var worker = 0; worker < workers; worker++)
            {
                if (!isDone[worker] || at[worker] is not { } piece)
                    continue;
                at[worker] = null;
                (done, clocks[worker]) = (done + 1, clocks[worker] + 1);
                // Nobody knows which step is a worker's last, but after the last piece was given it may be this one.
                yield return new Arrival(
                    worker, false, strategy.Pushes(clocks[worker]) || given == pieces, piece);
            }
        }
    }
}
