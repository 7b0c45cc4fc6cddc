using System.Collections.Immutable;
using Dapr.Actors;

namespace TuneGraph.Scheduler;

/// <summary>
/// The small state by which the ranks of a trial act as one: who belongs to it, in which attempt, and who has arrived
/// at which step. Gradients never come here. The actor's id is study, dot, segment.
/// </summary>
public interface IGangActor : IActor
{
    /// <summary>Who belongs to it, and how far they are; null when nobody runs it.</summary>
    Task<GangView?> LookAsync();

    /// <summary>A part has arrived at a step: a barrier without waiting. To say so again changes nothing.</summary>
    Task<GangView> ArriveAsync(GangArrival arrival);
}

/// <summary>A gang as it stands.</summary>
/// <param name="Epoch">
/// Number of the attempt, larger with every change of its members: whoever has another one is late.
/// </param>
/// <param name="Parts">Its members.</param>
/// <param name="Step">The step at which all of them have arrived.</param>
public sealed record GangView(int Epoch, ImmutableArray<GangPartView> Parts, int Step);

/// <summary>What one worker runs of a gang.</summary>
/// <param name="Worker">Its name.</param>
/// <param name="FirstRank">The first of its ranks, which follow each other.</param>
/// <param name="Ranks">How many they are.</param>
/// <param name="Step">The step at which they have arrived.</param>
public sealed record GangPartView(string Worker, int FirstRank, int Ranks, int Step);

/// <summary>A part of a gang has arrived.</summary>
/// <param name="Token">The fencing token of its order.</param>
/// <param name="Step">The step.</param>
public sealed record GangArrival(string Token, int Step);
