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

    [Fact]
    public void What_an_attempt_printed_is_kept_under_its_newest_attempt_and_found_again()
    {
        Store.Create(Definition);
        Store.Commit("digits", [new AttemptStarted("train-a", 1, 3, "w", 2), Printed("train-a", 3, "first", "Q 100%")]);
        Store.Commit("digits", [new AttemptStarted("train-a", 2, 3, "w", 2), Printed("train-a", 3, "second")]);
        PrintedLine failure = new(1, IsError: true, "Out of <memory>");
        Store.Commit("digits", [new LinesPrinted("train-b", 4, [failure, new PrintedLine(null, false, "end")])]);

        var all = Reopened().Printed("digits", new PrintedQuery());

        Assert.Equal(["first", "Q 100%", "second", "Out of <memory>", "end"], all.Select(line => line.Line.Text));
        Assert.Equal([1, 1, 2, 1, 1], all.Select(line => line.Attempt));
        Assert.Equal([0L, 6, 0, 0, 16], all.Select(line => line.Before));
        Assert.Equal((4, "train-b", failure), (all[3].Trial, all[3].TaskKey, all[3].Line));
        Assert.Null(all[4].Line.Rank);
        Assert.Equal(["second"], Find(new PrintedQuery { Trial = 3, TaskKey = "train-a", Attempt = 2 }));
        Assert.Equal(["Out of <memory>"], Find(new PrintedQuery { Text = "of <MEM" }));
        Assert.Equal(["Q 100%"], Find(new PrintedQuery { Text = "0%" }));
        Assert.Empty(Find(new PrintedQuery { Text = "f_rst" }));
        Assert.Equal(["Out of <memory>"], Find(new PrintedQuery { ErrorsOnly = true, Rank = 1 }));
        Assert.Equal(["end"], Find(new PrintedQuery { Most = 1 }));
        Assert.Equal(["first", "Q 100%"], Find(new PrintedQuery { Most = 2, OldestFirst = true }));
        Assert.Equal(["second"], Find(new PrintedQuery { Most = 1, OldestFirst = true, After = all[1].Place }));
        Assert.Equal(["end"], Find(new PrintedQuery { After = all[3].Place }));
        Assert.Empty(Store.Printed("nobody", new PrintedQuery()));
    }

    [Fact]
    public void Of_too_much_that_is_printed_the_newest_is_kept()
    {
        const int Of = PrintedLine.MostOfAttempt;
        var line = new string('x', PrintedLine.MostCharacters - 1);
        const int Rounds = 8;
        const int Lines = 50;
        Store.Create(Definition);
        foreach (var round in Enumerable.Range(0, Rounds))
        {
            Store.Commit(
                "digits", [Printed("train-a", 0, [.. Enumerable.Repeat(line, Lines)]), Printed("train-b", 1, "kept")]);
        }

        var kept = Store.Printed("digits", new PrintedQuery { Trial = 0 });

        Assert.Equal(Of / PrintedLine.MostCharacters, kept.Count);
        Assert.Equal((Rounds * Lines * PrintedLine.MostCharacters) - Of, kept[0].Before);
        Assert.Equal(Rounds, Store.Printed("digits", new PrintedQuery { Trial = 1 }).Count);
    }

    private static LinesPrinted Printed(string task, int trial, params ReadOnlySpan<string> lines) =>
        new(task, trial, [.. lines.ToArray().Select(line => new PrintedLine(0, IsError: false, line))]);

    private string[] Find(PrintedQuery query) =>
        [.. Store.Printed("digits", query).Select(line => line.Line.Text)];
}
