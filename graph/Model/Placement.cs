namespace TuneGraph.Graph;

/// <summary>Where one rank of a task runs. The rank is the position in <see cref="StartTask.Ranks"/>.</summary>
/// <param name="Worker">The worker that the rank runs on.</param>
/// <param name="LocalRank">Position among the ranks of the same task on the same worker, from 0.</param>
public readonly record struct Placement(WorkerId Worker, int LocalRank);
