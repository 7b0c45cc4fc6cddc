using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>Steers the studies of a scheduler, as whoever sits at its command line would.</summary>
internal sealed class FleetHelm(IReadOnlyList<Uri> servers, string? token) : Helm, IDisposable
{
    // One that stands by takes over within ten seconds.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);

    private readonly SchedulerClient _client = new(
        servers, token, servers.Count > 1 ? _patience : TimeSpan.Zero);

    public SchedulerClient Client => _client;

    public Uri Server => servers[0];

    public override bool Resumes => true;

    public override async Task<string> StopAsync(StudyPlace place, CancellationToken cancellationToken)
    {
        await _client.StopAsync(place.Name, cancellationToken);
        return "It stops: its trials end at their next step.";
    }

    public override async Task<string> PauseAsync(StudyPlace place, CancellationToken cancellationToken)
    {
        await _client.PauseAsync(place.Name, cancellationToken);
        return "It pauses: its trials keep a checkpoint at their next step.";
    }

    public override async Task<string> ResumeAsync(StudyPlace place, CancellationToken cancellationToken)
    {
        await _client.ResumeAsync(place.Name, cancellationToken);
        return "It goes on.";
    }

    public override bool Changes => true;

    public override async Task<string> ChangeAsync(
        StudyPlace place, StudyChange change, CancellationToken cancellationToken)
    {
        var view = await _client.ChangeAsync(place.Name, change, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"It may have {view.Budget} trials now.");
    }

    public override async Task<string> DrainAsync(string worker, CancellationToken cancellationToken)
    {
        var view = await _client.DrainAsync(worker, cancellationToken);
        return $"{view.Name} hands its trials back at their next step and takes nothing new; start it anew to have it "
            + "back.";
    }

    public string DrainCommand(string worker) =>
        $"tunegraph drain {Quoted(worker)} --server {Server.ToString().TrimEnd('/')}";

    public override async Task<int> EnqueueAsync(
        StudyPlace place, Configuration configuration, CancellationToken cancellationToken)
    {
        var asked = await _client.EnqueueAsync(place.Name, TrialRequest.Of(configuration), cancellationToken);
        return asked.Trial;
    }

    public override string CommandOf(string verb, StudyPlace place, string rest = "") =>
        $"tunegraph {verb} {Quoted(place.Name)}{(rest.Length > 0 ? " " + rest : "")} "
        + $"--server {Server.ToString().TrimEnd('/')}";

    public void Dispose() => _client.Dispose();
}
