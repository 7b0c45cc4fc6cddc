namespace TuneGraph.Compat.SharpLearning;

/// <summary>How promising a point is: the larger, the better.</summary>
/// <param name="currentScore">The best error so far.</param>
/// <param name="mean">The error that a model predicts.</param>
/// <param name="variance">How far it may be wrong.</param>
/// <param name="xi">What an improvement must exceed to count.</param>
public delegate double AcquisitionFunction(double currentScore, double mean, double variance, double xi = 0.0);
