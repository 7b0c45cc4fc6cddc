namespace TuneGraph.Training;

/// <summary>
/// Synchronous descent by ranks that divide layers: Megatron-LM, Shoeybi et al. 2019, arXiv:1909.08053, section 3. Of
/// two linear layers with only functions of single units between, each rank has a share of the units between them;
/// attention is divided by heads; all other layers are on every rank alike. Every rank sees the whole batch. A pair, or
/// an attention, costs one all-reduce forward and one backward, but for the latter where nothing before it learns.
/// </summary>
public sealed record TensorStrategy : TrainingStrategy
{
    internal override string? WhyNot(TrainingSpec spec, DataSchema schema) =>
        MeshSpec.WhyNot(spec, "tensor") ?? MeshSpec.WhyNotDivided(spec, "tensor");

    internal static MeshSpec MeshOf(int worldSize) => new(1, 1, worldSize);
}
