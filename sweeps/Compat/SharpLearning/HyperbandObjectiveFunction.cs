namespace TuneGraph.Compat.SharpLearning;

/// <summary>Evaluates a parameter set with so much of a budget, for instance epochs.</summary>
public delegate OptimizerResult HyperbandObjectiveFunction(double[] parameterSet, double budget);
