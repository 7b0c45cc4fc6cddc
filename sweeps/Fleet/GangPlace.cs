using TuneGraph.Collectives;

namespace TuneGraph;

/// <summary>Where the ranks of a gang that run here meet the others.</summary>
internal abstract class GangPlace : IDisposable
{
    /// <summary>
    /// Joins a rank that runs here, on its own thread; returns when all ranks of the gang have joined.
    /// </summary>
    /// <param name="index">Which of the ranks here, from 0.</param>
    /// <exception cref="GangBrokenException">Others did not come.</exception>
    public abstract ProcessGroup Join(int index);

    /// <summary>Leaves; only once all ranks here have ended.</summary>
    public abstract void Dispose();
}

/// <summary>Opens a place that is not TCP.</summary>
/// <param name="seat">Which ranks run here.</param>
/// <param name="ranks">How many they are.</param>
/// <param name="allReduce">How vectors are summed.</param>
/// <param name="tell">Told where the ranks meet, by who has rank 0.</param>
/// <param name="stop">Gives up joining.</param>
internal delegate GangPlace OpenGangPlace(
    GangSeat seat, int ranks, AllReduceAlgorithm allReduce, Action<GangMeeting> tell, CancellationToken stop);
