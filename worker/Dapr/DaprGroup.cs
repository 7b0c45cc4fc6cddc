using TuneGraph.Collectives;

namespace TuneGraph.Worker;

/// <summary>Process groups whose ranks reach each other by their sidecars.</summary>
internal static class DaprGroup
{
    /// <summary>Joins a group and returns when all ranks have.</summary>
    /// <param name="inbox">Of this process.</param>
    /// <param name="place">Who the ranks are.</param>
    /// <param name="options">Equal on all ranks; the algorithm, where it is Auto, becomes the one that crosses a broker
    /// the least often: all-to-all in rank order, two hops whatever the world size.</param>
    /// <param name="cancellationToken">Gives up joining.</param>
    public static ProcessGroup Join(
        GradInbox inbox, DaprPlace place, ProcessGroupOptions? options, CancellationToken cancellationToken)
    {
        options ??= new ProcessGroupOptions();
        if (options.Algorithm == AllReduceAlgorithm.Auto)
            options = options with { Algorithm = AllReduceAlgorithm.Direct };
        return ProcessGroup.Over(new DaprTransport(inbox, place, cancellationToken), options);
    }
}
