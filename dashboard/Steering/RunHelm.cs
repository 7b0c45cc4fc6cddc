using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>Steers the run of this process. What it has stopped can go on in a run to come only.</summary>
internal sealed class RunHelm(SweepControl control) : Helm
{
    public override bool Resumes => false;

    public override Task<string> StopAsync(StudyPlace place, CancellationToken cancellationToken)
    {
        control.Stop("stopped from the page");
        return Task.FromResult("It stops: its trials end at their next step, and then this page's process does.");
    }

    public override Task<string> PauseAsync(StudyPlace place, CancellationToken cancellationToken)
    {
        control.Stop("paused from the page");
        return Task.FromResult("It pauses: its trials keep a checkpoint, and then this page's process ends.");
    }

    public override Task<string> ResumeAsync(StudyPlace place, CancellationToken cancellationToken) =>
        throw new InvalidOperationException(
            "The process of this page runs the study once; go on with it by 'tunegraph run SWEEP --resume'.");

    public override Task<int> EnqueueAsync(
        StudyPlace place, Configuration configuration, CancellationToken cancellationToken) =>
        control.EnqueueAsync(configuration).WaitAsync(cancellationToken);

    public override string? CommandOf(string verb, StudyPlace place, string rest = "") =>
        verb is "stop" or "pause"
            ? string.Create(CultureInfo.InvariantCulture, $"kill -INT {Environment.ProcessId}")
            : null;
}
