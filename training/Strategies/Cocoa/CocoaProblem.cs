namespace TuneGraph.Training;

/// <summary>What CoCoA minimises, over n rows x with a target y, or ±1 for the second or first of two classes.</summary>
public enum CocoaProblem
{
    /// <summary>Support vector machine: mean of max(0, 1 - y w·x) + λ/2 ‖w‖². The model is logistic.</summary>
    Svm,

    /// <summary>Logistic regression: mean of ln(1 + exp(-y w·x)) + λ/2 ‖w‖². The model is logistic.</summary>
    Logistic,

    /// <summary>Ridge regression: mean of (w·x - y)² / 2 + λ/2 ‖w‖². The model is linear.</summary>
    Ridge,

    /// <summary>
    /// Lasso: mean of (w·x - y)² / 2 + λ ‖w‖₁, without a bias. Ranks share features instead of rows. The model is
    /// linear.
    /// </summary>
    Lasso,
}
