using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// One rank's part of a convex problem: its coordinates α, each with a vector x, and the vector that all ranks share,
/// <see cref="Scale"/> · Σ αᵢ xᵢ.
/// </summary>
internal abstract class ConvexProblem(SparseVectors vectors, int sharedLength, double scale)
{
    /// <summary>The vectors of this rank's coordinates.</summary>
    public SparseVectors Vectors { get; } = vectors;

    /// <summary>Length of the shared vector.</summary>
    public int SharedLength { get; } = sharedLength;

    /// <summary>What a unit of α adds to the shared vector, in units of x.</summary>
    public double Scale { get; } = scale;

    public static ConvexProblem Make(CocoaStrategy strategy, Dataset data, int rank, int worldSize) =>
        strategy.Problem == CocoaProblem.Lasso
            ? new LassoProblem(strategy, data, ShardRange.Of(data.Features, rank, worldSize))
            : new DualProblem(strategy, data, ShardRange.Of(data.Rows, rank, worldSize));

    /// <summary>Where local work starts from, given the shared vector: what <see cref="Solve"/> takes products with.</summary>
    public abstract void Point(ReadOnlySpan<double> shared, Span<double> point);

    /// <summary>The best value of one coordinate while the others stay.</summary>
    /// <param name="coordinate">Which of this rank's.</param>
    /// <param name="product">x · point.</param>
    /// <param name="alpha">Its value.</param>
    /// <param name="sigma">σ'.</param>
    public abstract double Solve(int coordinate, double product, double alpha, double sigma);

    /// <summary>The objective and its lower bound; a collective.</summary>
    public abstract (double Primal, double Dual) Objectives(
        ReadOnlySpan<double> shared, ReadOnlySpan<double> alpha, ProcessGroup group);

    /// <summary>The weights [features, and the bias] for the model; a collective.</summary>
    public abstract double[] Weights(ReadOnlySpan<double> shared, ReadOnlySpan<double> alpha, ProcessGroup group);
}
