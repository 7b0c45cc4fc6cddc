using System.Net;

namespace TuneGraph.Scheduler;

/// <summary>
/// Lets a scheduler that has just begun to listen compile what the first sweep will need, before that comes.
/// </summary>
internal static class Warmth
{
    private const string Nobody = "rehearsal";

    /// <summary>Goes once through the calls of a first sweep; nothing is left of it, whatever goes wrong.</summary>
    public static async Task TakeAsync(string url, string? token, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(
                () => Rehearsal.ScheduleAsync(TimeProvider.System, cancellationToken), cancellationToken);
            await CallAsync(url, token, cancellationToken);
        }
        catch (Exception e) when (e is TuneGraphException or IOException or UnauthorizedAccessException
            or HttpRequestException or OperationCanceledException)
        {
            // A full disk, or the end of this process: the first sweep takes as long as it takes, then.
        }
    }

    // Refused, all of them, after they have gone through everything but the study or worker that is not there.
    private static async Task CallAsync(string url, string? token, CancellationToken cancellationToken)
    {
        using var client = new SchedulerClient(Reached(url), token);
        var nothing = ArtifactStore.HashOf([]);
        Func<Task>[] calls =
        [
            () => client.StudiesAsync(cancellationToken),
            () => client.TrialsAsync(Nobody, cancellationToken),
            () => client.SubmitAsync(new StudySubmission("", []), cancellationToken),
            () => client.DownloadAsync(nothing, Path.GetTempPath(), cancellationToken),
            () => client.RenewAsync(Nobody, new WorkerWord([], [], [], 0), cancellationToken),
            () => client.StepAsync(
                Nobody, new StepWord(Nobody, 0, Nobody, 1, new StepMetrics(null, null), null), cancellationToken),
            () => client.EndAsync(Nobody, new EndWord(OrderOutcome.Done, null, null), cancellationToken),
        ];
        foreach (var call in calls)
        {
            try
            {
                await call();
            }
            catch (SchedulerException)
            {
                // As it should be.
            }
        }
    }

    private static Uri Reached(string url)
    {
        var address = new Uri(url);
        return IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip)
            && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            ? new UriBuilder(address) { Host = "127.0.0.1" }.Uri
            : address;
    }
}
