namespace TuneGraph.Training;

/// <summary>What a federated client does in a round, and what the server does with it.</summary>
public enum FederatedAlgorithm
{
    /// <summary>FedAvg, McMahan et al. 2017, arXiv:1602.05629, Algorithm 1.</summary>
    FedAvg,

    /// <summary>FedProx, Li et al. 2020, arXiv:1812.06127: a pull of μ towards the round's model.</summary>
    FedProx,

    /// <summary>SCAFFOLD, Karimireddy et al. 2020, arXiv:1910.06378, Algorithm 1, option II.</summary>
    Scaffold,

    /// <summary>
    /// FedBuff, Nguyen et al. 2022, arXiv:2106.06639: clients start at any time, the server steps whenever its buffer
    /// is full, and an update counts 1 / √(1 + τ) where the model has changed τ times since the client started.
    /// </summary>
    FedBuff,
}
