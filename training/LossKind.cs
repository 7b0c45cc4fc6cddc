namespace TuneGraph.Training;

/// <summary>What training makes small; a mean over samples.</summary>
public enum LossKind
{
    /// <summary>Cross-entropy for classification, squared error for regression.</summary>
    Auto,

    /// <summary>-ln of the probability (softmax) that the model gives to the right class, in nats.</summary>
    CrossEntropy,

    /// <summary>(prediction - target)², in units of the standardized target.</summary>
    SquaredError,
}
