using System.Collections.Immutable;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>A part of the arena that one rank owns.</summary>
/// <param name="Start">Its first element in the arena.</param>
/// <param name="Length">Elements.</param>
/// <param name="Offset">Its first element among all that the rank owns.</param>
internal readonly record struct ArenaPiece(int Start, int Length, int Offset);

/// <summary>Which elements of the arena belong to which rank: of every bucket each rank owns one shard.</summary>
internal sealed class ShardPlan
{
    private readonly ImmutableArray<ArenaRange> _buckets;
    private readonly ProcessGroup _group;

    /// <param name="buckets">Cover the arena; each a multiple of panel width times world size long.</param>
    /// <param name="group">The ranks.</param>
    public ShardPlan(ImmutableArray<ArenaRange> buckets, ProcessGroup group)
    {
        _buckets = buckets;
        _group = group;
        var pieces = ImmutableArray.CreateBuilder<ArenaPiece>(buckets.Length);
        foreach (var bucket in buckets)
        {
            var shard = ShardRange.Of(bucket.Length, group.Rank, group.WorldSize);
            pieces.Add(new ArenaPiece(bucket.Start + (int)shard.Start, (int)shard.Length, Length));
            Length += (int)shard.Length;
        }
        Pieces = pieces.ToImmutable();
    }

    /// <summary>What this rank owns, bucket by bucket.</summary>
    public ImmutableArray<ArenaPiece> Pieces { get; }

    /// <summary>Elements that this rank owns.</summary>
    public int Length { get; }

    /// <summary>Gives every rank all pieces of an arena in which each has changed its own. A collective.</summary>
    public void Share<T>(DeviceArray<T> arena)
        where T : unmanaged
    {
        arena.Download();
        for (var i = 0; i < _buckets.Length; i++)
        {
            var bucket = arena.Span.Slice(_buckets[i].Start, _buckets[i].Length);
            var own = arena.Span.Slice(Pieces[i].Start, Pieces[i].Length);
            _group.AllGather<T>(own, bucket);
        }
        arena.Upload();
    }

    /// <summary>Copies this rank's pieces out of an arena.</summary>
    public void Take<T>(DeviceArray<T> arena, DeviceArray<T> own)
        where T : unmanaged
    {
        foreach (var piece in Pieces)
            arena.Span.Slice(piece.Start, piece.Length).CopyTo(own.Span[piece.Offset..]);
        own.Upload();
    }

    /// <summary>Copies this rank's pieces into an arena.</summary>
    public void Put<T>(DeviceArray<T> own, DeviceArray<T> arena)
        where T : unmanaged
    {
        own.Download();
        foreach (var piece in Pieces)
            own.Span.Slice(piece.Offset, piece.Length).CopyTo(arena.Span[piece.Start..]);
        arena.Upload();
    }
}
