using Dapr.Actors;

namespace TuneGraph.Scheduler;

/// <summary>A worker's lease. The actor's id is the worker's name.</summary>
public interface IWorkerActor : IActor
{
    /// <summary>The worker; null when none of that name is there.</summary>
    Task<WorkerView?> LookAsync();

    /// <summary>The worker lives.</summary>
    /// <param name="token">Its fencing token.</param>
    /// <returns>How many seconds the lease holds from now on.</returns>
    Task<double> RenewAsync(string token);

    /// <summary>Ends the lease if it is over.</summary>
    /// <returns>Whether the worker is still there.</returns>
    Task<bool> ExpireAsync();
}
