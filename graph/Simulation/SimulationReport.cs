namespace TuneGraph.Graph;

/// <summary>What a simulated run came to.</summary>
/// <param name="End">When the last message was handled.</param>
/// <param name="Events">How many events the graph took in.</param>
/// <param name="Starts">Attempts that workers began.</param>
/// <param name="Finishes">Attempts that ended well.</param>
/// <param name="Kills">Workers that died.</param>
/// <param name="Steals">Tasks that workers gave back.</param>
/// <param name="BusySeconds">Slot-seconds that attempts ran, moving of inputs included.</param>
/// <param name="OfferedSeconds">Slot-seconds that workers lived, up to the last finish.</param>
public sealed record SimulationReport(
    TimeSpan End, long Events, long Starts, long Finishes, int Kills, long Steals, double BusySeconds, double OfferedSeconds)
{
    /// <summary>Share of offered slot time in which tasks ran, in [0, 1].</summary>
    public double Utilisation => OfferedSeconds > 0 ? BusySeconds / OfferedSeconds : 0;
}
