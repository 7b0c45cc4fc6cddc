namespace TuneGraph.Dashboard;

/// <summary>Whether the scheduler answers; asked while somebody looks, and not more often than every three seconds.
/// </summary>
internal sealed class SchedulerWatch(IReadOnlyList<Uri> servers, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan _freshness = TimeSpan.FromSeconds(3);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly SemaphoreSlim _turn = new(1);
    private long? _askedAt;
    private bool _isAway;

    /// <summary>What is wrong, for people; null while it answers, and where there is none.</summary>
    public async Task<string?> AwayAsync(CancellationToken cancellationToken)
    {
        if (servers.Count == 0)
            return null;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_askedAt is not { } at || time.GetElapsedTime(at) >= _freshness)
            {
                _isAway = !await AnyAnswersAsync(cancellationToken);
                _askedAt = time.GetTimestamp();
            }
        }
        finally
        {
            _turn.Release();
        }

        return _isAway
            ? $"The scheduler at {string.Join(" or ", servers).TrimEnd('/')} is away: nothing new begins, and nothing "
                + "can be steered. What you see is the last it wrote; this page goes on by itself once it is back."
            : null;
    }

    public void Dispose()
    {
        _http.Dispose();
        _turn.Dispose();
    }

    private async Task<bool> AnyAnswersAsync(CancellationToken cancellationToken)
    {
        foreach (var server in servers)
        {
            try
            {
                using var answer = await _http.GetAsync(new Uri(server, "healthz"), cancellationToken);
                return true;
            }
            catch (Exception e) when (e is HttpRequestException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // The next one may stand in for it.
            }
        }

        return false;
    }
}
