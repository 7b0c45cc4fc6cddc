namespace TuneGraph.Training;

/// <summary>How the ranks' updates become one.</summary>
public enum CocoaAggregation
{
    /// <summary>CoCoA+: they are added (γ = 1), and each rank assumes the others do as much (σ' = ranks).</summary>
    Add,

    /// <summary>CoCoA: they are averaged (γ = 1 / ranks), and each rank works as if alone (σ' = 1).</summary>
    Average,
}
