namespace TuneGraph.Graph;

/// <summary>Lays the ranks of a gang over workers: all of them, or none.</summary>
internal static class GangFit
{
    /// <summary>Chooses a worker for each rank.</summary>
    /// <param name="offers">Workers and how many ranks fit on each, the best workers first.</param>
    /// <param name="ranks">Size of the gang.</param>
    /// <param name="placement">How to lay it.</param>
    /// <returns>The worker of each rank, ranks of one worker together; null if the gang does not fit.</returns>
    public static WorkerNode[]? Lay(List<(WorkerNode Worker, int Room)> offers, int ranks, GangPlacement placement)
    {
        offers.RemoveAll(offer => offer.Room <= 0);
        return placement switch
        {
            GangPlacement.OneWorker => OnOne(offers, ranks),
            GangPlacement.DistinctWorkers => Spread(offers, ranks, rounds: 1),
            GangPlacement.Spread => Spread(offers, ranks, rounds: ranks),
            _ => OnOne(offers, ranks) ?? Pack(offers, ranks),
        };
    }

    /// <summary>The worker with the least room that is enough: larger gaps stay whole.</summary>
    private static WorkerNode[]? OnOne(List<(WorkerNode Worker, int Room)> offers, int ranks)
    {
        WorkerNode? best = null;
        var bestRoom = int.MaxValue;
        foreach (var (worker, room) in offers)
        {
            if (room >= ranks && room < bestRoom)
                (best, bestRoom) = (worker, room);
        }
        return best is null ? null : [.. Enumerable.Repeat(best, ranks)];
    }

    /// <summary>The roomiest workers first, so that few are touched.</summary>
    private static WorkerNode[]? Pack(List<(WorkerNode Worker, int Room)> offers, int ranks)
    {
        var laid = new List<WorkerNode>(ranks);
        foreach (var (worker, room) in offers.OrderByDescending(offer => offer.Room))
        {
            laid.AddRange(Enumerable.Repeat(worker, Math.Min(room, ranks - laid.Count)));
            if (laid.Count == ranks)
                return [.. laid];
        }
        return null;
    }

    /// <summary>One rank to each worker, again and again, at most <paramref name="rounds"/> times.</summary>
    private static WorkerNode[]? Spread(List<(WorkerNode Worker, int Room)> offers, int ranks, int rounds)
    {
        var counts = new int[offers.Count];
        var laid = 0;
        for (var round = 1; round <= rounds && laid < ranks; round++)
        {
            var before = laid;
            for (var index = 0; index < offers.Count && laid < ranks; index++)
            {
                if (offers[index].Room < round)
                    continue;
                counts[index]++;
                laid++;
            }
            if (laid == before)
                break;
        }
        return laid < ranks
            ? null
            : [.. offers.SelectMany((offer, index) => Enumerable.Repeat(offer.Worker, counts[index]))];
    }
}
