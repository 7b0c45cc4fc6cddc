using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace TuneGraph.Scheduler;

/// <summary>
/// Artifacts as objects of an S3 bucket, or of a server that speaks S3. An object is there as a whole or not at all,
/// and the server checks what it gets by SHA-256. What was read or written lies in a folder of this machine too.
/// </summary>
/// <remarks>
/// The client has no synchronous calls, and artifacts are held and released by threads that have nothing else to do
/// meanwhile: they wait.
/// </remarks>
internal sealed class S3Bucket : ArtifactPlace, IDisposable
{
    private readonly IAmazonS3 _client;
    private readonly string _bucket;
    private readonly string _prefix;

    /// <param name="client">The client, which this owns.</param>
    /// <param name="address">The bucket and what keys in it begin with: <c>s3://bucket/prefix</c>.</param>
    /// <param name="folder">For copies on this machine; emptied.</param>
    public S3Bucket(IAmazonS3 client, Uri address, string folder)
    {
        var prefix = address.AbsolutePath.Trim('/');
        (_client, _bucket, _prefix) = (client, address.Host, prefix.Length == 0 ? "" : prefix + "/");
        Staging = Path.Combine(folder, "artifact-copies");
        if (Directory.Exists(Staging))
            Directory.Delete(Staging, recursive: true);
        Directory.CreateDirectory(Staging);
    }

    public override string Staging { get; }

    /// <summary>A client as the environment says: region, and with AWS_ENDPOINT_URL_S3 another server.</summary>
    /// <param name="key">What opens the bucket; null for whatever the machine or its cloud gives.</param>
    public static IAmazonS3 Client(BucketKey? key)
    {
        var config = new AmazonS3Config();
        if (Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3") is { Length: > 0 } endpoint)
        {
            (config.ServiceURL, config.ForcePathStyle) = (endpoint, true);
            config.AuthenticationRegion = Environment.GetEnvironmentVariable("AWS_REGION") ?? "us-east-1";
        }

        return key is null ? new AmazonS3Client(config) : new AmazonS3Client(key.Credentials, config);
    }

    public override bool Has(string sha256) => File.Exists(CopyOf(sha256)) || Ask(() =>
        _client.GetObjectMetadataAsync(_bucket, KeyOf(sha256))) is not null;

    public override void Put(string sha256, string stagedFile)
    {
        Tell(() => _client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = _bucket,
            Key = KeyOf(sha256),
            FilePath = stagedFile,
            ChecksumSHA256 = Convert.ToBase64String(Convert.FromHexString(sha256)),
            UseChunkEncoding = false,
        }));
        File.Move(stagedFile, CopyOf(sha256), overwrite: true);
    }

    public override string? Find(string sha256)
    {
        if (File.Exists(CopyOf(sha256)))
            return CopyOf(sha256);
        using var found = Ask(() => _client.GetObjectAsync(_bucket, KeyOf(sha256)));
        if (found is null)
            return null;
        var unfinished = $"{CopyOf(sha256)}.{Path.GetRandomFileName()}.unfinished";
        using (var file = File.Create(unfinished))
            found.ResponseStream.CopyTo(file);
        File.Move(unfinished, CopyOf(sha256), overwrite: true);
        return CopyOf(sha256);
    }

    public override void Discard(string sha256) => File.Delete(CopyOf(sha256));

    public override void Delete(string sha256)
    {
        File.Delete(CopyOf(sha256));
        Tell(() => _client.DeleteObjectAsync(_bucket, KeyOf(sha256)));
    }

    public override IEnumerable<(string Sha256, DateTimeOffset Written)> All()
    {
        var request = new ListObjectsV2Request { BucketName = _bucket, Prefix = _prefix };
        ListObjectsV2Response page;
        do
        {
            page = Tell(() => _client.ListObjectsV2Async(request));
            foreach (var item in page.S3Objects ?? [])
            {
                var name = item.Key[_prefix.Length..];
                if (ArtifactStore.IsHash(name))
                    yield return (name, new DateTimeOffset(item.LastModified!.Value.ToUniversalTime()));
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated is true);
    }

    public void Dispose() => _client.Dispose();

    private string KeyOf(string sha256) => _prefix + sha256;

    private string CopyOf(string sha256) => Path.Combine(Staging, sha256);

    private T? Ask<T>(Func<Task<T>> call)
        where T : class
    {
        try
        {
            return Tell(call);
        }
        catch (IOException e) when (e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound })
        {
            return null;
        }
    }

    private T Tell<T>(Func<Task<T>> call)
    {
        try
        {
            return call().GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            throw new IOException(
                $"the bucket '{_bucket}' refused or did not answer: {e.Message} See that its name, the keys in the "
                    + "environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) and AWS_ENDPOINT_URL_S3 are right.",
                e);
        }
    }
}
