using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps;

public sealed class ObjectiveTests
{
    private const string One = "objective: {metric: val_accuracy, direction: maximize, target: 0.99}";
    private const string Two = "objectives: [{metric: val_accuracy}, {metric: parameters, direction: minimize}]";
    private const string Asha = "pruner: {type: asha, minResource: 2, reduction: 4, mode: stop}";

    [Fact]
    public void Several_objectives_are_a_list_and_constraints_are_bounds()
    {
        var constraints = "constraints: [{metric: parameters, atMost: 5e4}, {metric: val_accuracy, atLeast: 0.5}]";
        var sweep = SweepSample.Read(
            SweepSample.With(One, $"{Two}\n{constraints}").Replace(Asha, "", StringComparison.Ordinal));

        Assert.Equal(
            [new("val_accuracy", Direction.Maximize), new("parameters", Direction.Minimize)],
            sweep.Objectives);
        Assert.Equal(
            [
                new ConstraintSpec("parameters", BoundSide.AtMost, 50_000),
                new ConstraintSpec("val_accuracy", BoundSide.AtLeast, 0.5),
            ],
            sweep.Constraints);
        Assert.Equal([-1.0, 0.25], sweep.Constraints.Zip([49_999, 0.25], (c, value) => c.Excess(value)));
    }

    [Fact]
    public void A_sampler_or_pruner_of_one_objective_is_refused()
    {
        var text = SweepSample.With(One, Two).Replace(
            "{type: tpe, startupTrials: 12, candidates: 30, goodShare: 0.2, mostGood: 20}", "cmaes",
            StringComparison.Ordinal);

        Assert.Equal(
            [
                "sweep.yaml(43,10): error TG0309: sampler 'cmaes' serves 1, but there are 2 objectives; take another " +
                    "sampler",
                "sweep.yaml(44,9): error TG0309: pruner 'asha' serves 1, but there are 2 objectives; take another " +
                    "pruner",
            ],
            SweepSample.Mistakes(text));
    }

    [Theory]
    [InlineData("objectives: [{metric: val_loss}]",
        "sweep.yaml(5,13): error TG0105: objectives must be a list of 2 to 4 items, each a mapping of keys to " +
        "values; it has 1")]
    [InlineData("objectives: [{metric: val_loss}, {metric: val_loss}]",
        "sweep.yaml(5,43): error TG0011: val_loss is an objective already; name each metric once")]
    [InlineData("objective: {metric: val_loss}\nobjectives: [{metric: val_loss}, {metric: parameters}]",
        "sweep.yaml(6,13): error TG0108: the sweep has 'objective' and 'objectives'; keep one: a list of several is " +
        "'objectives'")]
    [InlineData("objective: {metric: val_loss}\nconstraints: [{metric: parameters}]",
        "sweep.yaml(6,15): error TG0101: constraints[0] needs either 'atMost' or 'atLeast', and not both")]
    [InlineData("objective: {metric: val_loss}\nconstraints: [{metric: parameters, atMost: 1, atLeast: 0}]",
        "sweep.yaml(6,15): error TG0108: constraints[0] needs either 'atMost' or 'atLeast', and not both")]
    public void Mistakes_are_told_at_their_place(string instead, string diagnostic) =>
        Assert.Equal(
            [diagnostic],
            SweepSample.Mistakes(SweepSample.With(One, instead).Replace(Asha, "", StringComparison.Ordinal)));

    [Fact]
    public void The_breeding_samplers_are_read_with_their_settings()
    {
        const string Tpe = "{type: tpe, startupTrials: 12, candidates: 30, goodShare: 0.2, mostGood: 20}";
        var second = (NsgaIISampler)SweepSample.Read(SweepSample.With(
            Tpe,
            "{type: nsga2, population: 40, generation: 40, crossover: simulatedBinary, mutationChance: 0.2}")).Sampler;
        var third = (NsgaIIISampler)SweepSample.Read(SweepSample.With(Tpe, "{type: nsga3, divisions: 6}")).Sampler;

        Assert.Equal(
            new NsgaOptions
            {
                PopulationSize = 40,
                GenerationSize = 40,
                Crossover = NsgaCrossover.SimulatedBinary,
                MutationChance = 0.2,
            },
            second.Options);
        Assert.Equal((6, new NsgaOptions()), (third.Divisions, third.Options));
    }
}
