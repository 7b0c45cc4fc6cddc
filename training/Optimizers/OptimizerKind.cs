namespace TuneGraph.Training;

/// <summary>The rule that turns a gradient into a change of the parameters.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with (Nesterov) momentum; Sutskever et al. 2013.</summary>
    Sgd,

    /// <summary>Adam, Kingma and Ba 2015, arXiv:1412.6980, Algorithm 1; weight decay is part of the gradient.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay; Loshchilov and Hutter 2019, arXiv:1711.05101, Algorithm 2.</summary>
    AdamW,
}
