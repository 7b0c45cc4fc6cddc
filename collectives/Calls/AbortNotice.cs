namespace TuneGraph.Collectives;

/// <summary>Why a group ended, and by whom. The first notice wins; it reaches every rank.</summary>
/// <param name="Rank">The rank that aborted.</param>
/// <param name="Reason">In words; cut after 1,000 UTF-8 bytes where it crosses processes.</param>
public sealed record AbortNotice(int Rank, string Reason);
