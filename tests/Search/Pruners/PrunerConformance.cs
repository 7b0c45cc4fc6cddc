using FsCheck.Xunit;
using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

/// <summary>What every pruner owes to a study. A new pruner's test class inherits this.</summary>
public abstract class PrunerConformance
{
    private const int MaxStep = 12;

    protected abstract Pruner Make();

    [Fact]
    public void The_only_trial_is_never_stopped()
    {
        var study = Study();
        study.Ask();
        for (var step = 1; step <= MaxStep; step++)
        {
            var decision = study.Report(0, step, 100 + step);
            Assert.NotEqual(Verdict.Stop, decision.Verdict);
            Obey(study, 0, step, decision);
            if (study.Trials[0].State == TrialState.Paused)
                study.Resume(0);
        }
    }

    [Property(MaxTest = 50)]
    public void The_trial_that_leads_at_every_step_is_never_stopped(int seed)
    {
        var random = SearchRandom.For((ulong)seed, 0, "best");
        var study = Study();
        var champion = (int)random.NextInt64(15);
        double Value(int trial, int step) => trial == champion ? -step : random.NextDouble();
        Simulate(study, 15, random, Value, (trial, decision) =>
        {
            if (trial == champion)
                Assert.NotEqual(Verdict.Stop, decision.Verdict);
        });
    }

    [Property(MaxTest = 50)]
    public void Maximising_is_minimising_the_negated(int seed)
    {
        var (low, high) = (Study(), Study(Direction.Maximize));
        List<Verdict> Verdicts(Study study, int sign)
        {
            var (random, verdicts) = (SearchRandom.For((ulong)seed, 1, "negate"), new List<Verdict>());
            Simulate(study, 20, random, (_, _) => sign * random.NextDouble(), (_, d) => verdicts.Add(d.Verdict));
            return verdicts;
        }

        Assert.Equal(Verdicts(low, 1), Verdicts(high, -1));
    }

    [Property(MaxTest = 50)]
    public void A_restored_study_decides_as_the_original(int seed)
    {
        var random = SearchRandom.For((ulong)seed, 2, "restore");
        var study = Study();
        Simulate(study, 15, random, (_, _) => random.NextDouble(), (_, _) => { });
        var restored = TuneGraph.Search.Study.Restore(study.Options, study.Log);
        Assert.Equal(study.Promote(), restored.Promote());
        for (var k = 0; k < 5; k++)
        {
            var trial = study.Ask()!.Number;
            restored.Ask();
            for (var step = 1; step <= MaxStep; step++)
            {
                var value = random.NextDouble();
                Assert.Equal(study.Report(trial, step, value), restored.Report(trial, step, value));
            }
        }
    }

    [Property(MaxTest = 30)]
    public void A_decision_other_than_to_go_on_has_a_reason_with_the_step_or_rung(int seed)
    {
        var random = SearchRandom.For((ulong)seed, 3, "why");
        Simulate(Study(), 20, random, (_, _) => random.NextDouble(), (_, decision) =>
        {
            if (decision.Verdict != Verdict.Continue)
                Assert.Matches(@"^(step|rung) \d+: .*\d", decision.Why!);
        });
    }

    [Property(MaxTest = 30)]
    public void A_promoted_trial_was_paused_and_runs(int seed)
    {
        var random = SearchRandom.For((ulong)seed, 4, "promote");
        var study = Study();
        Simulate(study, 30, random, (_, _) => random.NextDouble(), (_, _) => { });
        while (true)
        {
            var paused = study.Trials.Where(t => t.State == TrialState.Paused).Select(t => t.Number).ToHashSet();
            if (study.Promote() is not { } promoted)
                break;
            Assert.Contains(promoted, paused);
            Assert.Equal(TrialState.Running, study.Trials[promoted].State);
        }
    }

    [Fact]
    public void Rungs_rise_and_stay_below_the_largest_step()
    {
        var pruner = Make();
        foreach (var max in (int[])[0, 1, 10, 81, int.MaxValue])
        {
            var step = 0;
            for (var k = 0; k < 40 && pruner.NextRung(step, max) is { } next; k++)
            {
                Assert.InRange(next, step + 1, max == 0 ? int.MaxValue : max - 1);
                step = next;
            }

            Assert.Null(pruner.NextRung(int.MaxValue, max));
        }
    }

    protected Study Study(Direction direction = Direction.Minimize) => new(new()
    {
        Space = SearchSpace.Empty,
        Sampler = new RandomSampler(),
        Pruner = Make(),
        Direction = direction,
        MaxResource = MaxStep,
    });

    /// <summary>Several trials side by side, in a random order, each going on until its verdict or its end.</summary>
    private static void Simulate(
        Study study, int trials, SearchRandom random, Func<int, int, double> value, Action<int, PruneDecision> check)
    {
        var running = new List<int>();
        for (var asked = 0; asked < trials || running.Count > 0;)
        {
            if (asked < trials && (running.Count < 4 || random.NextInt64(4) == 0))
            {
                running.Add(study.Promote() ?? study.Ask()!.Number);
                asked++;
            }

            var trial = running[(int)random.NextInt64(running.Count)];
            var step = (study.Trials[trial].LastStep ?? 0) + 1;
            if (step <= MaxStep)
            {
                var decision = study.Report(trial, step, value(trial, step));
                check(trial, decision);
                Obey(study, trial, step, decision);
            }
            else
            {
                study.Tell(trial, TrialState.Completed, study.Trials[trial].IntermediateValues[^1].Value);
            }

            if (study.Trials[trial].State != TrialState.Running)
                running.Remove(trial);
        }
    }

    private static void Obey(Study study, int trial, int step, PruneDecision decision)
    {
        if (decision.Verdict == Verdict.Pause)
            study.Pause(trial, step);
        else if (decision.Verdict == Verdict.Stop)
            study.Tell(trial, TrialState.Pruned, null, decision.Why);
    }
}
