namespace TuneGraph.Collectives;

/// <summary>
/// Reduces exactly, but gives each rank its shard only (<see cref="ShardRange"/>), half of what
/// <see cref="DenseReducer{T}"/> sends: for optimizers that are divided among the ranks (Rajbhandari et al. 2020, ZeRO,
/// section 5). What the gradient holds outside the shard afterwards means nothing.
/// </summary>
/// <typeparam name="T">What the gradient is made of.</typeparam>
/// <param name="length">Elements of the gradient.</param>
/// <param name="op">Default the mean.</param>
/// <param name="shard">Takes the shard, and must have its length; default: it stays where it lies in the
/// gradient.</param>
public sealed class ShardReducer<T>(int length, ReduceOp op = ReduceOp.Mean, Memory<T>? shard = null)
    : GradientReducer<T>(length)
    where T : unmanaged
{
    /// <inheritdoc/>
    public override int StateLength => 0;

    private protected override IEnumerable<T[]> State => [];

    private protected override void ReduceMean(
        ProcessGroup group, Span<T> gradient, CancellationToken cancellationToken)
    {
        var own = ShardRange.Of(gradient.Length, group.Rank, group.WorldSize);
        var place = shard is { } memory ? memory.Span : gradient.Slice((int)own.Start, (int)own.Length);
        group.ReduceScatter<T>(gradient, place, op, cancellationToken);
    }
}
