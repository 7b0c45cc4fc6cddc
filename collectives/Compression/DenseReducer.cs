namespace TuneGraph.Collectives;

/// <summary>The exact mean: one all-reduce of float32.</summary>
/// <param name="length">Elements of the gradient.</param>
public sealed class DenseReducer(int length) : GradientReducer(length)
{
    /// <inheritdoc/>
    public override int StateLength => 0;

    private protected override IEnumerable<float[]> State => [];

    private protected override void ReduceMean(
        ProcessGroup group, Span<float> gradient, CancellationToken cancellationToken) =>
        group.AllReduce(gradient, ReduceOp.Mean, cancellationToken);
}
