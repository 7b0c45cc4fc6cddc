using FsCheck.Xunit;
using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

/// <summary>Studies of several objectives, and of trials that keep or break constraints.</summary>
public sealed class ObjectivesTests
{
    [Fact]
    public void A_trial_reports_and_is_told_one_value_for_each_objective()
    {
        var study = Study(Direction.Minimize, Direction.Maximize);
        var trial = study.Ask()!;
        study.Report(0, 1, [0.5, 10]);
        study.Tell(0, TrialState.Completed, [0.4, 11], "done", [-1, 0]);
        Assert.Equal([new(1, [0.5, 10])], trial.IntermediateValues);
        Assert.Equal([0.4, 11], trial.Values);
        Assert.Equal([-1, 0], trial.Constraints);
        Assert.Equal(0.4, trial.Value);
        Assert.True(trial.IsFeasible);
        Assert.Equal(
            [new StepReported(0, 1, [0.5, 10]), new TrialTold(0, TrialState.Completed, [0.4, 11], "done", [-1, 0])],
            study.Log.Skip(1));
    }

    [Fact]
    public void Too_few_or_too_many_values_are_refused()
    {
        var study = Study(Direction.Minimize, Direction.Maximize);
        study.Ask();
        var e = Assert.Throws<ArgumentException>(() => study.Report(0, 1, 1));
        Assert.Contains("2 finite values", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => study.Report(0, 1, [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => study.Report(0, 1, [1, double.NaN]));
        Assert.Throws<ArgumentException>(() => study.Tell(0, TrialState.Completed, 1));
        Assert.Throws<ArgumentException>(() => study.Tell(0, TrialState.Completed));
        Assert.Throws<ArgumentException>(() => study.Tell(0, TrialState.Pruned, 1));
        Assert.Throws<ArgumentException>(() => study.Tell(0, TrialState.Completed, [1, 1], null, [double.NaN]));
        Assert.Single(study.Log);
        study.Tell(0, TrialState.Failed);
        Assert.Throws<ArgumentException>(() => new StudyOptions { Sampler = new RandomSampler(), Directions = [] });
        Assert.Throws<ArgumentException>(
            () => new StudyOptions { Sampler = new RandomSampler(), Directions = [0, 0, 0, 0, 0] });
    }

    [Fact]
    public void A_pruner_of_one_objective_refuses_a_study_of_two()
    {
        var e = Assert.Throws<ArgumentException>(() => new Study(new()
        {
            Sampler = new RandomSampler(),
            Pruner = new OneObjectivePruner(),
            Directions = [Direction.Minimize, Direction.Minimize],
        }));
        Assert.Contains("pruner 'one' serves 1 objective,", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_best_of_a_study_keeps_all_constraints()
    {
        var study = Study(Direction.Minimize);
        (double Value, ValueList Constraints)[] told =
            [(3, [-1]), (1, [0.5]), (2, [0, -1]), (2, default), (0, [-1, 2])];
        foreach (var (value, constraints) in told)
            study.Tell(study.Ask()!.Number, TrialState.Completed, value, null, constraints);
        study.Tell(study.Ask()!.Number, TrialState.Infeasible, 0.5);
        Assert.Equal(2, study.Best!.Number);
        Assert.Equal([2, 3], study.Front.Select(t => t.Number));
        Assert.Equal([0, 0.5, 0, 0, 2, double.PositiveInfinity], study.Trials.Select(t => t.Violation));
        Assert.Equal([true, false, true, true, false, false], study.Trials.Select(t => t.IsFeasible));
    }

    [Property(MaxTest = 50)]
    public void The_front_is_what_nothing_dominates(int seed)
    {
        var random = new SearchRandom((ulong)seed);
        var study = Study(Direction.Minimize, Direction.Maximize, Direction.Minimize);
        for (var k = 0; k < 40; k++)
            study.Ask();
        foreach (var number in Enumerable.Range(0, 40).OrderBy(_ => random.NextUInt64()))
        {
            ValueList values = [random.NextInt64(6), random.NextInt64(6), random.NextInt64(6)];
            study.Tell(
                number, random.NextInt64(5) == 0 ? TrialState.Pruned : TrialState.Completed, values, null,
                random.NextInt64(3) - 1);
        }

        var able = study.Trials.Where(t => t is { State: TrialState.Completed, IsFeasible: true }).ToList();
        bool Beats(Trial a, Trial b) =>
            a.Values[0] <= b.Values[0] && a.Values[1] >= b.Values[1] && a.Values[2] <= b.Values[2]
            && a.Values != b.Values;
        Assert.Equal(able.Where(t => !able.Any(o => Beats(o, t))), study.Front);
        var restored = TuneGraph.Search.Study.Restore(study.Options, study.Log);
        Assert.Equal(study.Trials.Select(t => t.ToString()), restored.Trials.Select(t => t.ToString()));
        Assert.Equal(study.Front.Select(t => t.Number), restored.Front.Select(t => t.Number));
    }

    private static Study Study(params Direction[] directions) => new(new()
    {
        Space = new([new("x", new FloatDistribution(0, 1))]),
        Sampler = new RandomSampler(),
        Directions = [.. directions],
    });

    private sealed class OneObjectivePruner : Pruner
    {
        public override string Name => "one";

        public override PruneDecision Decide(StudyHistory history, Trial trial, int step) => PruneDecision.Continue;
    }
}
