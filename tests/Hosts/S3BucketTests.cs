using Amazon.S3;
using TuneGraph.Scheduler;
using TuneGraph.Tests.Sweeps.Fleets;

namespace TuneGraph.Tests.Hosts;

/// <summary>Artifacts in a bucket, by a server that checks signatures and hashes.</summary>
public sealed class S3BucketTests : ArtifactStoreConformance
{
    private static readonly Uri _bucket = new("s3://models/tests");

    private readonly S3Double _server = new();
    private readonly List<S3Bucket> _open = [];

    [Fact]
    public async Task A_wrong_secret_is_refused_with_the_way_out()
    {
        using var bucket = new S3Bucket(Client("another secret"), _bucket, _folder["other"]);
        var store = new ArtifactStore(bucket);
        var refused = await Assert.ThrowsAsync<FleetException>(() => store.PutAsync(
            ArtifactStore.HashOf([1]), new MemoryStream([1]), TestContext.Current.CancellationToken));
        Assert.Equal("store-unavailable", refused.Code);
        Assert.Contains("AWS_SECRET_ACCESS_KEY", refused.Message, StringComparison.Ordinal);
        Assert.Contains("SignatureDoesNotMatch", _server.Refusals);
        Assert.Empty(_server.Objects);
    }

    [Fact]
    public async Task A_damaged_copy_on_this_machine_is_fetched_anew()
    {
        var place = Open();
        var store = new ArtifactStore(place);
        var sha256 = ArtifactStore.HashOf([1, 2, 3]);
        await store.PutAsync(sha256, new MemoryStream([1, 2, 3]), TestContext.Current.CancellationToken);
        File.WriteAllBytes(Path.Combine(place.Staging, sha256), [1, 2, 4]);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(store.Find(sha256)!));
    }

    [Fact]
    public async Task All_pages_of_a_long_list_are_read()
    {
        var place = Open();
        var store = new ArtifactStore(place);
        for (byte content = 0; content < 7; content++)
            await store.PutAsync(
                ArtifactStore.HashOf([content]), new MemoryStream([content]), TestContext.Current.CancellationToken);
        _server.Objects["models/elsewhere"] = [1];
        Assert.Equal(7, place.All().Count());
        Assert.Equal(7, store.Sweep(DateTimeOffset.MaxValue));
        Assert.Equal(["models/elsewhere"], _server.Objects.Keys);
    }

    private protected override ArtifactPlace Open()
    {
        _open.Add(new S3Bucket(Client(S3Double.Secret), _bucket, _folder["data"]));
        return _open[^1];
    }

    private protected override void Damage(string sha256) => _server.Objects[$"models/tests/{sha256}"] = [1, 2, 4];

    protected override void Dispose(bool disposing)
    {
        _open.ForEach(bucket => bucket.Dispose());
        _server.Dispose();
        base.Dispose(disposing);
    }

    private AmazonS3Client Client(string secret) => new(
        S3Double.AccessKey,
        secret,
        new AmazonS3Config
        {
            ServiceURL = _server.Address.ToString(),
            ForcePathStyle = true,
            AuthenticationRegion = S3Double.Region,
            MaxErrorRetry = 0,
        });
}
