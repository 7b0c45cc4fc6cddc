using System.Net;

namespace TuneGraph;

/// <summary>
/// Sends a request to the scheduler that answered last, and to the next one when it does not, for a while. A call that
/// changes something carries a key, so that to repeat it is safe.
/// </summary>
internal sealed class PatientHandler : DelegatingHandler
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    private readonly Uri[] _servers;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time = TimeProvider.System;
    private int _current;

    /// <param name="servers">Where schedulers listen; the first is in the address of every request.</param>
    /// <param name="patience">How long to go on.</param>
    public PatientHandler(IReadOnlyList<Uri> servers, TimeSpan patience)
        : base(new SocketsHttpHandler()) => (_servers, _patience) = ([.. servers], patience);

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        var asked = request.RequestUri!;
        while (true)
        {
            var current = Volatile.Read(ref _current);
            request.RequestUri = At(_servers[current % _servers.Length], asked);
            HttpResponseMessage? answer = null;
            try
            {
                answer = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                    return answer;
                Turn(current);
                if (IsOver())
                    return answer;
                answer.Dispose();
            }
            catch (HttpRequestException)
            {
                Turn(current);
                if (IsOver())
                    throw;
            }

            await Task.Delay(_pause, _time, cancellationToken).ConfigureAwait(false);
        }

        bool IsOver() => _time.GetElapsedTime(began) >= _patience;
    }

    // The next one may be there.
    private void Turn(int current) => Interlocked.CompareExchange(ref _current, current + 1, current);

    private Uri At(Uri server, Uri asked)
    {
        var root = _servers[0].AbsoluteUri.TrimEnd('/');
        return new Uri(server.AbsoluteUri.TrimEnd('/') + asked.AbsoluteUri[root.Length..]);
    }

    /// <summary>The one that is asked first; there is at least one.</summary>
    public static Uri FirstOf(IReadOnlyList<Uri> servers)
    {
        ArgumentNullException.ThrowIfNull(servers);
        ArgumentOutOfRangeException.ThrowIfZero(servers.Count, nameof(servers));
        return servers[0];
    }
}
