namespace TuneGraph.Training;

/// <summary>The rule that turns a gradient into a change of the parameters.</summary>
public enum OptimizerKind
{
    /// <summary>
    /// Stochastic gradient descent, with momentum (Polyak 1964) or Nesterov's (Sutskever et al. 2013); a momentum of 0
    /// is the plain rule.
    /// </summary>
    Sgd,

    /// <summary>Adam, Kingma and Ba 2015, arXiv:1412.6980, Algorithm 1; weight decay is part of the gradient.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay; Loshchilov and Hutter 2019, arXiv:1711.05101, Algorithm 2.</summary>
    AdamW,

    /// <summary>Adagrad, Duchi, Hazan, Singer 2011: steps shrink with the sum of squared gradients.</summary>
    Adagrad,

    /// <summary>RMSprop, Tieleman and Hinton 2012 (lecture 6.5): Adagrad with a decaying mean of squares.</summary>
    RmsProp,

    /// <summary>LAMB, You et al. 2020, arXiv:1904.00962, Algorithm 2: AdamW's step, scaled per tensor.</summary>
    Lamb,

    /// <summary>Lion, Chen et al. 2023, arXiv:2302.06675, Algorithm 2: the sign of a blend of gradients.</summary>
    Lion,
}
