using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps.Store;

/// <summary>What every store promises to whoever only looks: outlines, the steps of some trials, and notes.</summary>
public abstract class StoreOutlineConformance : StudyStoreConformance
{
    [Fact]
    public void An_outline_has_the_last_step_of_each_trial_and_its_places_in_the_log()
    {
        Store.Create(Definition);
        var two = new StepReported(0, 1, ValueList.Of(1.0));
        StudyEvent[] events =
        [
            new TrialAsked(0, Configuration.Empty.With("lr", 0.1)), two, new TrialAsked(1, Configuration.Empty),
            new StepReported(1, 1, 7), new StepReported(0, 2, 3), new TrialTold(0, TrialState.Completed, 3, null),
            new StepReported(1, 2, 6), new TrialPaused(1, 2), new TrialResumed(1), new StepReported(1, 3, 5),
        ];
        Store.Commit("digits", [.. events.Select(one => new EventLogged(one))]);
        Store.Commit("digits", [new EventLogged(
            new StepReported(1, 4, 4), new StepMetrics(1, 2) { Times = new StepTimes(1, 2, 3) })]);

        var outline = Reopened().Outline("digits")!;

        var whole = Store.Load("digits")!;
        Assert.Equal([0, 2, 4, 5, 7, 8, 10], outline.Places);
        Assert.Equal(11, outline.Length);
        Assert.Equal(
            outline.Places.Select(place => whole.Log[place].Event), outline.Study.Log.Select(one => one.Event));
        Assert.Equal([1.0, 3.0], Store.Steps("digits", [0]).Select(step => ((StepReported)step.Event).Value));
        Assert.Equal(6, Store.Steps("digits", [0, 1]).Count);
        Assert.Equal(4, ((StepReported)Assert.Single(Store.TimedSteps("digits")).Event).Step);
        Assert.Null(Store.Outline("nobody"));
    }

    [Fact]
    public void The_events_alone_are_those_of_the_log_in_its_order()
    {
        Store.Create(Definition with { MoreObjectives = [new ObjectiveSpec("size", Direction.Minimize)] });
        StudyEvent[] events =
        [
            new TrialImported(0, "past", Configuration.Empty.With("lr", 0.5), [1.0, 2.0]),
            new TrialAsked(0, Configuration.Of(("width", 4L), ("lr", 0.1), ("name", "a"))),
            new TrialAsked(1, Configuration.Empty), new StepReported(1, 1, [7.0, 70.0]),
            new StepReported(0, 1, [6.0, 60.0]), new BudgetChanged(2, new StudyBudget { Trials = 9 }),
            new StepReported(1, 2, [5.0, 50.0]), new TrialPaused(1, 2), new TrialResumed(1),
            new TrialTold(0, TrialState.Completed, [6.0, 60.0], "because", [-1.0]), new StepReported(1, 3, [4.0, 40.0]),
        ];
        Store.Commit("digits", [.. events.Select(one => new EventLogged(one, one is StepReported { Step: 2 }
            ? new StepMetrics(1, 2)
            : null))]);

        Assert.Equal(events, Reopened().Events("digits"));
        Assert.Equal(events, Store.Load("digits")!.Log.Select(logged => logged.Event));
        Assert.Empty(Store.Events("nobody"));
    }

    [Fact]
    public void What_is_noted_is_kept_beside_the_studys_writer_until_it_is_taken_back()
    {
        Store.Create(Definition);
        _ = Store.Claim("digits", "a:1", TimeSpan.FromHours(1));
        Store.Annotate("digits", new Remark(3, "odd\r\nends ", ["keep", "a", "keep"]));
        Store.Annotate("digits", new Remark(null, "the one for the paper", []));
        Store.Annotate("digits", new Remark(4, "gone soon", ["x"]));
        Store.Annotate("digits", new Remark(4, "", []));
        Store.Commit("digits", [new EventLogged(new TrialAsked(0, Configuration.Empty))]);

        var remarks = Reopened().Load("digits")!.Remarks;

        Assert.Equal([null, 3], remarks.Select(remark => remark.Trial));
        Assert.Equal(("odd\nends", "a keep"), (remarks[1].Note, string.Join(' ', remarks[1].Tags)));
        Assert.Equal("the one for the paper", Store.Follow("digits", 1)!.Remarks[0].Note);
        Assert.Throws<StoreException>(() => Store.Annotate("nobody", new Remark(null, "x", [])));
        Assert.Throws<ArgumentException>(() => new Remark(0, "", ["two words"]));
    }
}
