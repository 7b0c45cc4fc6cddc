using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps.Store;

/// <summary>What every store promises that several processes share.</summary>
public abstract class SqlStudyStoreConformance : StoreOutlineConformance
{
    private static readonly StudyDefinition _definition = new(
        "s", "m", Direction.Minimize, "random", "none", 0, 1, "", false, "");

    [Fact]
    public void Half_a_commit_is_never_kept()
    {
        Store.Create(_definition);
        Store.Commit("s", [Asked(0)]);

        // The second change breaks the table's key, so the first must not stay either.
        Assert.Throws<StoreException>(() => Store.Commit("s", [Asked(1), Asked(0)]));

        Assert.Single(Reopened().Load("s")!.Log);
    }

    [Fact]
    public void After_a_failed_commit_the_store_goes_on()
    {
        Store.Create(_definition);
        Store.Commit("s", [Asked(0)]);
        Assert.Throws<StoreException>(() => Store.Commit("s", [Asked(0)]));

        Store.Commit("s", [new EventLogged(new TrialTold(0, TrialState.Pruned, 1, "why"))]);

        Assert.Equal(2, Reopened().Load("s")!.Log.Length);
    }

    [Fact]
    public void A_writer_that_was_overtaken_is_refused_by_the_database()
    {
        using var late = Open();
        Store.Create(_definition);
        Assert.NotNull(late.Claim("s", "late:1", TimeSpan.Zero));
        late.Commit("s", [Asked(0)]);
        Assert.NotNull(Store.Claim("s", "next:2", TimeSpan.FromHours(1)));
        Store.Commit("s", [Asked(1)]);

        var error = Assert.Throws<StoreException>(() => late.Commit("s", [Asked(2)]));

        Assert.Contains("'s' is written by next:2 now", error.Message, StringComparison.Ordinal);
        Store.Commit("s", [Asked(2)]);
        Assert.Equal([0, 1, 2], Reopened().Load("s")!.Log.Select(item => item.Event.Number));
    }

    [Fact]
    public void Of_two_writers_without_a_claim_the_slower_is_refused()
    {
        Store.Create(_definition);
        using var other = Open();
        other.Commit("s", [Asked(0)]);
        Store.Commit("s", [Asked(1)]);

        Assert.Throws<StoreException>(() => other.Commit("s", [Asked(2)]));

        Assert.Equal(2, Store.Load("s")!.Log.Length);
    }

    private static EventLogged Asked(int number) => new(new TrialAsked(number, Configuration.Empty));
}
