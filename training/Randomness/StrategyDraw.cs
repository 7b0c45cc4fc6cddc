namespace TuneGraph.Training;

/// <summary>What a strategy draws random numbers for.</summary>
internal enum StrategyDraw
{
    FirstCentre = 1,
    CandidateCentres,
    Recluster,
    BatchRows,
    Coordinates,
    ClientRows,
    ClientShares,
    ClientSample,
    ClientArrival,
    ClientDropOut,
    ClientOrder,
    Noise,
    Arrivals,
}
