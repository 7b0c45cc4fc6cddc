namespace TuneGraph.Scheduler;

/// <summary>
/// Waits until this scheduler leads those of its database. Meanwhile it tells its health, and refuses everything else
/// in words that let a client ask the next one.
/// </summary>
internal static class Standby
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);

    /// <returns>Whether it leads now; false when it was asked to stop before.</returns>
    public static async Task<bool> WaitAsync(SchedulerOptions options, PostgresLeadership leadership)
    {
        var (leads, leader) = leadership.TryTake();
        if (leads)
            return true;
        var builder = SchedulerHost.CreateBuilder(options);
        await using var app = builder.Build();
        app.MapGet("/healthz", static () => Results.Text("healthy\n"));
        app.MapGet("/healthz/live", static () => Results.Text("healthy\n"));
        app.MapFallback(context => Refusals.WriteAsync(context, new Problem(
            "Another scheduler leads.",
            StatusCodes.Status503ServiceUnavailable,
            $"This scheduler stands by for {leader}; ask that one, or this one again when that one is gone.",
            FleetCode.StandsBy,
            Errors: null)));
        await app.StartAsync();
        await Console.Out.WriteLineAsync($"standing by for {leader} on {string.Join(", ", app.Urls)}");
        var stopping = app.Lifetime.ApplicationStopping;
        while (!leads && !stopping.IsCancellationRequested)
        {
            await Task.Delay(_pause, CancellationToken.None);
            (leads, leader) = leadership.TryTake();
        }

        var isAsked = stopping.IsCancellationRequested;
        await app.StopAsync(CancellationToken.None);
        if (isAsked && leads)
            leadership.Release();
        return leads && !isAsked;
    }
}
