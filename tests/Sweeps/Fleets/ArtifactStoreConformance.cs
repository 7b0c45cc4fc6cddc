using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace TuneGraph.Tests.Sweeps.Fleets;

/// <summary>What artifacts must keep to, wherever they lie.</summary>
public abstract class ArtifactStoreConformance : IDisposable
{
    private static readonly DateTimeOffset _always = DateTimeOffset.MaxValue;

    private protected readonly TemporaryFolder _folder = new();

    /// <summary>The place, as a process that has just started finds it.</summary>
    private protected abstract ArtifactPlace Open();

    /// <summary>Changes a byte of an artifact where it lies.</summary>
    private protected abstract void Damage(string sha256);

    [Fact]
    public async Task What_was_put_is_there_as_it_was()
    {
        var store = new ArtifactStore(Open());
        byte[] content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];
        var sha256 = await PutAsync(store, content);

        Assert.True(store.Has(sha256));
        Assert.Equal(content, File.ReadAllBytes(store.Find(sha256)!));
        var later = new ArtifactStore(Open());
        Assert.Equal(content, File.ReadAllBytes(later.Find(sha256)!));
        Assert.Null(later.Find(ArtifactStore.HashOf([9])));
        Assert.False(later.Has(ArtifactStore.HashOf([9])));
    }

    [Fact]
    public async Task What_was_cut_on_its_way_is_refused_and_leaves_nothing()
    {
        var place = Open();
        var store = new ArtifactStore(place);
        var sha256 = ArtifactStore.HashOf([1, 2, 3]);
        var refused = await Assert.ThrowsAsync<FleetException>(() => store.PutAsync(
            sha256, new MemoryStream([1, 2]), TestContext.Current.CancellationToken));
        Assert.Equal("artifact-damaged", refused.Code);
        Assert.False(store.Has(sha256));
        Assert.Empty(place.All());
        Assert.Empty(Directory.EnumerateFiles(place.Staging, "*.unfinished"));
        Assert.Equal("request-invalid", Assert.Throws<FleetException>(() => store.Has("../secret")).Code);
    }

    [Fact]
    public async Task What_is_damaged_where_it_lies_is_deleted_and_never_given()
    {
        var sha256 = await PutAsync(new ArtifactStore(Open()), [1, 2, 3]);
        Damage(sha256);
        var store = new ArtifactStore(Open());
        Assert.Null(store.Find(sha256));
        Assert.False(store.Has(sha256));
    }

    [Fact]
    public async Task What_is_held_stays_until_the_last_lets_go()
    {
        var store = new ArtifactStore(Open());
        var sha256 = await PutAsync(store, [1]);
        Assert.True(store.TryHold(sha256) && store.TryHold(sha256));
        store.Release(sha256);
        Assert.Equal(0, store.Sweep(_always));
        Assert.True(store.Has(sha256));
        store.Release(sha256);
        Assert.False(store.Has(sha256));
        Assert.False(store.TryHold(sha256));
    }

    [Fact]
    public async Task What_came_a_moment_ago_is_not_swept_since_somebody_may_be_about_to_hold_it()
    {
        var store = new ArtifactStore(Open());
        var sha256 = await PutAsync(store, [1]);
        Assert.Equal(0, store.Sweep(DateTimeOffset.UtcNow - TimeSpan.FromHours(1)));
        Assert.True(store.Has(sha256));
        Assert.Equal(1, store.Sweep(_always));
        Assert.False(store.Has(sha256));
    }

    /// <summary>
    /// Two studies of the same contents save checkpoints of live segments, donors and best models, drop those that are
    /// needed no more, and are opened anew by another process which sweeps: what one still needs is always there.
    /// </summary>
    [Property(MaxTest = 20)]
    public Property Nothing_that_a_study_needs_is_ever_deleted() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Act, byte Study, byte Content)[]>(), acts =>
        {
            var store = new ArtifactStore(Open());
            ArtifactCheckpoints[] studies = [new(store), new(store)];
            List<StoredCheckpoint>[] needed = [[], []];
            foreach (var (act, study, content) in acts)
            {
                var own = study % 2;
                switch (act % 4)
                {
                    case 0 or 1:
                        var sha256 = PutAsync(store, [(byte)(content % 5)]).GetAwaiter().GetResult();
                        if (studies[own].TryHold(sha256))
                            needed[own].Add(new StoredCheckpoint("s", 1, ArtifactCheckpoints.PathOf(sha256)));
                        break;
                    case 2 when needed[own].Count > 0:
                        var dropped = needed[own][content % needed[own].Count];
                        needed[own].Remove(dropped);
                        studies[own].Remove(dropped);
                        break;
                    case 3:
                        store = new ArtifactStore(Open());
                        studies = [new(store), new(store)];
                        for (var each = 0; each < 2; each++)
                            needed[each].ForEach(studies[each].Keep);
                        // A study that goes on holds each of its checkpoints once, by its key.
                        for (var each = 0; each < 2; each++)
                            needed[each] = [.. needed[each].DistinctBy(stored => stored.Path)];
                        store.Sweep(_always);
                        break;
                }

                if (!needed.SelectMany(all => all).All(stored =>
                    store.Find(ArtifactCheckpoints.HashIn(stored)!) is not null))
                    return false;
            }

            return true;
        });

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => _folder.Dispose();

    private static async Task<string> PutAsync(ArtifactStore store, byte[] content)
    {
        var sha256 = ArtifactStore.HashOf(content);
        await store.PutAsync(sha256, new MemoryStream(content), TestContext.Current.CancellationToken);
        return sha256;
    }
}

/// <summary>Artifacts in a folder.</summary>
public sealed class ArtifactFolderTests : ArtifactStoreConformance
{
    private protected override ArtifactPlace Open() => new ArtifactFolder(_folder["data"]);

    private protected override void Damage(string sha256) =>
        File.WriteAllBytes(Path.Combine(_folder["data"], "artifacts", sha256), [1, 2, 4]);
}
