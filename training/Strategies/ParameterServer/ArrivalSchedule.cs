namespace TuneGraph.Training;

/// <summary>Something that happens between a worker and the servers.</summary>
/// <param name="Worker">Which worker.</param>
/// <param name="Begins">Whether it begins a step, else it is done with one.</param>
/// <param name="Talks">Whether it fetches then, or pushes; with Downpour it need not.</param>
/// <param name="Piece">Which part of the epoch it computes: part p of batch b of N workers is b · N + p.</param>
internal readonly record struct Arrival(int Worker, bool Begins, bool Talks, int Piece);

/// <summary>The order in which an epoch's fetches and pushes reach the servers: a function of the seed.</summary>
internal static class ArrivalSchedule
{
    /// <param name="strategy">Who waits for whom.</param>
    /// <param name="seed">Decides the order.</param>
    /// <param name="epoch">Which epoch.</param>
    /// <param name="workers">Number of workers.</param>
    /// <param name="steps">Steps of each worker.</param>
    public static IEnumerable<Arrival> Of(
        ParameterServerStrategy strategy, ulong seed, int epoch, int workers, int steps)
    {
        var draw = RandomStream.Strategy(seed, StrategyDraw.Arrivals, epoch);
        var clocks = new int[workers];
        var working = new bool[workers];
        for (var done = 0; done < workers * steps; done++)
        {
            var slowest = clocks.Min();
            for (var worker = 0; worker < workers; worker++)
            {
                if (working[worker] || clocks[worker] == steps || clocks[worker] - slowest > strategy.MostAhead)
                    continue;
                working[worker] = true;
                yield return new Arrival(
                    worker, true, strategy.Fetches(clocks[worker]), (clocks[worker] * workers) + worker);
            }
            var next = Next(strategy.Order, draw.Uniform((ulong)done), clocks, working);
            working[next] = false;
            var piece = (clocks[next]++ * workers) + next;
            yield return new Arrival(
                next, false, strategy.Pushes(clocks[next]) || clocks[next] == steps, piece);
        }
    }

    private static int Next(ArrivalOrder order, double uniform, int[] clocks, bool[] working)
    {
        int[] busy = [.. Enumerable.Range(0, clocks.Length).Where(worker => working[worker])];
        return order == ArrivalOrder.RoundRobin
            ? busy.MinBy(worker => clocks[worker])
            : busy[(int)(uniform * busy.Length)];
    }
}
