using System.Collections.Immutable;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// One rank's place on a mesh, and the groups of those who share two of its three coordinates. Ranks that divide
/// layers, who talk most, are neighbours.
/// </summary>
internal sealed class Mesh : IDisposable
{
    private readonly ProcessGroup _all;
    private readonly List<ProcessGroup> _made = [];

    /// <summary>A collective of all ranks.</summary>
    /// <exception cref="ArgumentException">The mesh has another number of ranks than the group.</exception>
    public Mesh(MeshSpec spec, ProcessGroup all)
    {
        if ((long)spec.Data * spec.Pipeline * spec.Tensor != all.WorldSize)
        {
            throw new ArgumentException($"data {spec.Data} x pipeline {spec.Pipeline} x tensor {spec.Tensor} are "
                + $"{(long)spec.Data * spec.Pipeline * spec.Tensor} ranks, but worldSize is {all.WorldSize}.");
        }
        _all = all;
        (Data, Stage, Part) = PlaceOf(spec, all.Rank);
        try
        {
            DataGroup = GroupOf(spec.Data, rank => PlaceOf(spec, rank) with { Data = 0 });
            StageGroup = GroupOf(spec.Pipeline, rank => PlaceOf(spec, rank) with { Stage = 0 });
            PartGroup = GroupOf(spec.Tensor, rank => PlaceOf(spec, rank) with { Part = 0 });
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Which part of the batch.</summary>
    public int Data { get; }

    /// <summary>Which layers.</summary>
    public int Stage { get; }

    /// <summary>Which part of the layers.</summary>
    public int Part { get; }

    /// <summary>The ranks that differ in the part of the batch only; null for one.</summary>
    public ProcessGroup? DataGroup { get; }

    /// <summary>The ranks that differ in the stage only, in its order; null for one.</summary>
    public ProcessGroup? StageGroup { get; }

    /// <summary>The ranks that differ in the part of the layers only; null for one.</summary>
    public ProcessGroup? PartGroup { get; }

    /// <summary>Bytes of values that this rank has sent in all groups.</summary>
    public long SentBytes => _made.Append(_all).Sum(group => group.Traffic.PayloadBytes);

    /// <summary>Ends the groups made here for all their ranks.</summary>
    public void Abort(string reason)
    {
        foreach (var group in _made)
            group.Abort(reason);
    }

    public void Dispose()
    {
        foreach (var group in _made)
            group.Dispose();
    }

    private static (int Data, int Stage, int Part) PlaceOf(MeshSpec spec, int rank) =>
        (rank / (spec.Pipeline * spec.Tensor), rank / spec.Tensor % spec.Pipeline, rank % spec.Tensor);

    private ProcessGroup? GroupOf(int size, Func<int, (int, int, int)> classOf)
    {
        if (size == 1)
            return null;
        if (size == _all.WorldSize)
            return _all;
        ProcessGroup? mine = null;
        foreach (var ranks in Enumerable.Range(0, _all.WorldSize).GroupBy(classOf))
        {
            ImmutableArray<int> members = [.. ranks];
            if (_all.CreateSubGroup(members.AsSpan()) is not { } group)
                continue;
            mine = group;
            _made.Add(group);
        }
        return mine;
    }
}
