using System.Numerics;

namespace TuneGraph.Training;

/// <summary>A client at work, or done and not yet heard.</summary>
/// <param name="Client">Which client.</param>
/// <param name="Version">Steps of the server before it started.</param>
/// <param name="Result">What it will send.</param>
internal sealed record ClientAtWork<T>(int Client, int Version, LocalResult<T> Result);

/// <summary>
/// FedBuff's clients at work, of which random ones arrive: Nguyen et al. 2022, Algorithm 1, with the order of arrivals
/// drawn instead of waited for.
/// </summary>
internal sealed class BufferedClients<T>(FederatedStrategy strategy, ulong seed)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public List<ClientAtWork<T>> AtWork { get; } = [];

    /// <summary>Clients that start so that as many as wanted are at work.</summary>
    public int[] Next(int round)
    {
        var order = Enumerable.Range(0, strategy.Clients).ToArray();
        RandomStream.Strategy(seed, StrategyDraw.ClientSample, round).Shuffle(order);
        var busy = AtWork.Select(work => work.Client).ToHashSet();
        return [.. order.Where(client => !busy.Contains(client)).Take(strategy.Concurrency - AtWork.Count)];
    }

    /// <summary>The next clients to arrive, which are then no longer at work.</summary>
    public List<ClientAtWork<T>> Arrive(int round)
    {
        var order = Enumerable.Range(0, AtWork.Count).ToArray();
        RandomStream.Strategy(seed, StrategyDraw.ClientArrival, round).Shuffle(order);
        List<ClientAtWork<T>> arrived = [.. order.Take(strategy.Buffer).Select(i => AtWork[i])];
        AtWork.RemoveAll(arrived.Contains);
        return arrived;
    }

    /// <summary>The mean of updates, each by 1 / √(1 + τ).</summary>
    public T[] Combine(List<ClientAtWork<T>> arrived, int version)
    {
        var sum = new T[arrived[0].Result.Change.Length];
        foreach (var work in arrived)
        {
            var weight = 1 / Math.Sqrt(1 + version - work.Version);
            ArenaArithmetic.AddScaled<T>(sum, work.Result.Change, weight / strategy.Buffer);
        }
        return sum;
    }

    /// <summary>All state as tensors.</summary>
    public IEnumerable<SafeTensor> Tensors()
    {
        foreach (var (work, i) in AtWork.Select((work, i) => (work, i)))
        {
            yield return SafeTensor.Create<T>($"optimizer.work.{i}.change", [work.Result.Change.Length],
                work.Result.Change);
            yield return SafeTensor.Create<double>($"optimizer.work.{i}.place", [5],
                [work.Client, work.Version, work.Result.Loss, work.Result.Samples, work.Result.Steps]);
        }
    }

    public void Restore(SafeTensorsFile file)
    {
        for (var i = 0; file.Tensors.Any(tensor => tensor.Name == $"optimizer.work.{i}.change"); i++)
        {
            var change = file.Tensor($"optimizer.work.{i}.change").Values<T>().ToArray();
            var place = file.Tensor($"optimizer.work.{i}.place").Values<double>();
            AtWork.Add(new((int)place[0], (int)place[1], new(change, place[2], place[3], (int)place[4])));
        }
    }
}
