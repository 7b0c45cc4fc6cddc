namespace TuneGraph.Collectives;

/// <summary>Replaces the gradient exactly, by one all-reduce.</summary>
/// <typeparam name="T">What the gradient is made of.</typeparam>
/// <param name="length">Elements of the gradient.</param>
/// <param name="op">Default the mean, as of all reducers; the sum where the ranks weighted their parts
/// themselves.</param>
public sealed class DenseReducer<T>(int length, ReduceOp op = ReduceOp.Mean) : GradientReducer<T>(length)
    where T : unmanaged
{
    /// <inheritdoc/>
    public override int StateLength => 0;

    private protected override IEnumerable<T[]> State => [];

    private protected override void ReduceMean(
        ProcessGroup group, Span<T> gradient, CancellationToken cancellationToken) =>
        group.AllReduce(gradient, op, cancellationToken);
}
