using TuneGraph.Dashboard;
using TuneGraph.Search;
using ShownStudy = TuneGraph.Dashboard.StudyView;

namespace TuneGraph.Tests.Dashboard;

/// <summary>Where workers, ranks and trials spent their time, as the page tells it.</summary>
public sealed class TimesTests : IDisposable
{
    private static readonly DateTimeOffset _start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SampleStudy _sample = new(trials: 1);

    public void Dispose() => _sample.Dispose();

    // Rank 2 takes 3 s where the others take 1 and 2: a rank waits 3 - 2 seconds on average, four times.
    [Fact]
    public void The_rank_that_the_others_wait_for_is_named()
    {
        var view = ViewOf(Enumerable.Repeat<double[]>([1, 2, 3], 4));

        Assert.Equal([1], RankTimes.TrialsOf(view));
        Assert.Equal(
            "Rank 2 is the straggler: the slowest in 4 of 4 steps, it computed 50 % longer than the median of the "
                + "ranks. A rank waited 4.0 s on average.",
            RankTimes.Of(view, 1)!.Verdict);
    }

    [Fact]
    public void Where_ranks_take_turns_in_being_slow_none_is_blamed()
    {
        var view = ViewOf([[1, 3], [3, 1.25]]);

        Assert.Equal(
            "No rank is a straggler: rank 1 computed longest, 3 % longer than the median. For whoever was slowest in a "
                + "step, a rank waited 1.9 s on average.",
            RankTimes.Of(view, 1)!.Verdict);
        Assert.Null(RankTimes.Of(view, 0));
        Assert.Null(RankTimes.Of(view, 9));
    }

    // A worker with two slots for 4 minutes: 8, of which 4 + 1 are busy and 3 are free.
    [Fact]
    public void Time_of_workers_is_told_with_that_of_free_slots()
    {
        _sample.Store.Commit("sample",
            [new TaskChanged(new StoredTask("a", "train", 0, "Succeeded"))]);
        var view = new ShownStudy("s", _sample.Store.Load("sample")! with
        {
            Attempts = [Attempt("a", 0, 0, 4), Attempt("b", 0, 1, 2)],
        });

        var parts = WorkerTime.Of(view);

        Assert.Equal(
            [
                ("trials that are completed", 5.0, 2),
                ("free slots, between a worker's first attempt and its last", 3, 0),
            ],
            parts.Select(part => (part.Name, part.Time.TotalMinutes, part.Attempts)));
        Assert.Equal(
            "It took 4 min 0 s with 2 slots. With twice as many it would take 4 min 0 s at best; its longest chain of "
                + "tasks takes 4 min 0 s.",
            WorkerTime.MoreSlots(view));
    }

    [Fact]
    public void A_long_curve_keeps_its_ends_and_its_spikes()
    {
        List<CurvePoint> curve =
        [
            .. Enumerable.Range(0, 10_000).Select(i =>
                new CurvePoint(i, i == 4321 ? 9 : i == 777 ? -9 : 0.5, null, _start)),
        ];

        var kept = CurveSample.Of(curve).Select(point => point.Step).ToList();

        Assert.InRange(kept.Count, 4, 402);
        Assert.Equal(kept.Order(), kept);
        Assert.Superset(new HashSet<int> { 0, 777, 4321, 9_999 }, kept.ToHashSet());
        Assert.Equal(400, CurveSample.Of([.. curve.Take(400)]).Count());
    }

    private ShownStudy ViewOf(IEnumerable<double[]> ranks)
    {
        _sample.Add(new TrialAsked(1, Configuration.Empty));
        _sample.Store.Commit(
            "sample",
            [
                .. ranks.Select((seconds, i) => new EventLogged(
                    new StepReported(1, i + 1, 0.5),
                    new StepMetrics { Times = new StepTimes(1, 0, 0) { RankSeconds = [.. seconds] } })),
            ]);
        return new ShownStudy("s", _sample.Store.Load("sample")!);
    }

    private static StoredAttempt Attempt(string key, int trial, int from, int to) =>
        new(key, 1, trial, "w", 1, AttemptState.Succeeded, null, _start.AddMinutes(from), _start.AddMinutes(to));
}
