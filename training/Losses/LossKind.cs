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

    /// <summary>|prediction - target|, in units of the standardized target: pulls to the median.</summary>
    AbsoluteError,

    /// <summary>
    /// ½ d² up to |d| = δ and δ (|d| - ½ δ) beyond, in units of the standardized target (Huber 1964): outliers pull
    /// less.
    /// </summary>
    Huber,

    /// <summary>
    /// -ln of the probability that one logit gives to the right one of two classes, in nats. Only for two classes; the
    /// model then has a single output.
    /// </summary>
    BinaryCrossEntropy,
}

/// <summary>Which losses fit what.</summary>
internal static class LossKinds
{
    extension(LossKind loss)
    {
        /// <summary>The task of a loss; <see cref="LearningTask.Auto"/> of <see cref="LossKind.Auto"/>.</summary>
        public LearningTask Task => loss switch
        {
            LossKind.Auto => LearningTask.Auto,
            LossKind.CrossEntropy or LossKind.BinaryCrossEntropy => LearningTask.Classification,
            _ => LearningTask.Regression,
        };
    }
}
