namespace TuneGraph.Training;

/// <summary>What a model learns from a table.</summary>
public enum LearningTask
{
    /// <summary>
    /// Decide from the target column: <see cref="Classification"/> when it holds text labels or at most 20 distinct
    /// whole numbers, else <see cref="Regression"/>.
    /// </summary>
    Auto,

    /// <summary>Predict one of the target column's distinct values; the model's outputs are probabilities.</summary>
    Classification,

    /// <summary>Predict a number.</summary>
    Regression,
}
