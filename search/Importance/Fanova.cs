using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>
/// Functional ANOVA over a random forest: the variance of the objective over the whole space, divided among parameters
/// and pairs of them. Hutter, Hoos and Leyton-Brown, "An efficient approach for assessing hyperparameter importance"
/// (ICML 2014), algorithm 2. The space's measure is that of random search; rules of the space are not looked at.
/// </summary>
/// <remarks>
/// Only parameters that all evaluations have take part, as in Optuna: for conditional ones ask <see cref="PedAnova"/>.
/// </remarks>
public sealed class Fanova
{
    private readonly ImmutableArray<Parameter> _parameters;
    private readonly TreeMarginals[] _trees;

    private Fanova(ImmutableArray<Parameter> parameters, TreeMarginals[] trees, ImmutableArray<string> all)
    {
        _parameters = parameters;
        _trees = trees;
        var missing = all.Except(parameters.Select(p => p.Name)).Select(name => (name, 0.0));
        Main = Importances.Ranked(parameters.Select((p, i) => (p.Name, Average(tree => tree.Main(i)))).Concat(missing));
    }

    /// <summary>
    /// The part of the whole variance that each parameter explains alone, from 0 to 1, the largest first.
    /// </summary>
    public ImmutableArray<ParameterImportance> Main { get; }

    /// <summary>Grows the forest and divides its variance.</summary>
    /// <param name="space">The parameters that are asked about.</param>
    /// <param name="evaluations">What was evaluated; at least one.</param>
    /// <param name="direction">Which values are better.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <exception cref="ArgumentException">There is no evaluation.</exception>
    public static Fanova Fit(
        SearchSpace space,
        IReadOnlyList<Evaluation> evaluations,
        Direction direction,
        FanovaOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(evaluations);
        if (evaluations.Count == 0)
            throw new ArgumentException(
                "There is no evaluation to learn from; wait for the first completed trial.", nameof(evaluations));
        options ??= new();
        var columns = space.Parameters
            .Select((p, place) => (Parameter: p, Codes: evaluations.Select(e => e.Code(p, place)).ToArray()))
            .Where(column => !column.Codes.Any(double.IsNaN) && column.Parameter.Distribution.Cardinality != 1)
            .ToList();
        var features = new ForestFeatures([.. columns.Select(c => c.Parameter)]);
        var data = new ForestData(
            [.. columns.Select((c, f) => c.Codes.Select(code => features.FromCode(f, code)).ToArray())],
            features.Categories,
            [.. evaluations.Select(e => e.Loss(direction))]);
        var forest = RegressionForest.Fit(
            data,
            new()
            {
                Trees = options.Trees,
                MaxDepth = options.MaxDepth,
                MinSplit = 2,
                FeatureShare = 1,
                Sample = options.RowsPerTree,
            },
            SearchRandom.For(options.Seed, 0, "fanova"));
        double[]?[] choices = [.. columns.Select((_, f) => features.BordersOf(f))];
        return new(
            [.. columns.Select(c => c.Parameter)],
            [.. forest.Trees.Select(tree => new TreeMarginals(tree, choices))],
            [.. space.Parameters.Select(p => p.Name)]);
    }

    /// <summary>
    /// The part of the whole variance that two parameters explain together, beyond what each explains alone; from 0
    /// to 1.
    /// </summary>
    /// <exception cref="ArgumentException">A parameter is not among those that all evaluations have.</exception>
    public double Interaction(string one, string other)
    {
        var (i, j) = (Place(one), Place(other));
        return i == j ? 0 : Average(tree => tree.Pair(i, j));
    }

    private int Place(string name) => _parameters.Select(p => p.Name).ToList().IndexOf(name) is >= 0 and var place
        ? place
        : throw new ArgumentException(
            $"'{name}' is not among the parameters that all evaluations have and that have several values: "
            + $"{string.Join(", ", _parameters.Select(p => p.Name))}.",
            nameof(name));

    /// <summary>The mean over the trees that see any variance.</summary>
    private double Average(Func<TreeMarginals, double> part)
    {
        var varied = _trees.Where(tree => tree.Variance > 0).ToList();
        return varied.Count == 0 ? 0 : varied.Average(tree => Math.Clamp(part(tree) / tree.Variance, 0, 1));
    }
}
