using System.Collections.Immutable;
using System.Text.Json;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>What is submitted to a scheduler.</summary>
/// <param name="Sweep">The sweep file's text.</param>
/// <param name="Data">
/// Its data file first, then those that belong to it; they were uploaded before. Empty for an ask-and-tell study.
/// </param>
/// <param name="Seed">A seed instead of the sweep's; null for the sweep's.</param>
public sealed record StudySubmission(string Sweep, ImmutableArray<ArtifactFile> Data, ulong? Seed = null);

/// <summary>A study as a scheduler tells of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">
/// <c>starting</c>, <c>running</c>, <c>interrupted</c>, <c>finished</c> or <c>failed</c>.
/// </param>
/// <param name="Reason">Why it is in that state, for people; null when there is nothing to say.</param>
/// <param name="Metrics">Names of the objectives.</param>
/// <param name="Directions">Which values of each are better: <c>minimize</c> or <c>maximize</c>.</param>
/// <param name="Sampler">Name of the sampler.</param>
/// <param name="Pruner">Name of the pruner.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Budget">How many trials it may have.</param>
/// <param name="Trials">How many trials there are in each state.</param>
/// <param name="Best">The best trial; null while there is none.</param>
/// <param name="Waiting">What its oldest task that does not run waits for; null when none waits.</param>
/// <param name="CreatedAt">When it was created; null while it is starting.</param>
/// <param name="ChangedAt">When it last changed its state.</param>
/// <param name="Folder">Its folder on the scheduler.</param>
public sealed record StudyView(
    string Name,
    string State,
    string? Reason,
    ImmutableArray<string> Metrics,
    ImmutableArray<string> Directions,
    string Sampler,
    string Pruner,
    ulong Seed,
    int Budget,
    ImmutableSortedDictionary<string, int> Trials,
    TrialView? Best,
    string? Waiting,
    DateTimeOffset? CreatedAt,
    DateTimeOffset? ChangedAt,
    string Folder);

/// <summary>A trial as a scheduler tells of it.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="State">Its state, in lower case.</param>
/// <param name="Value">The first objective; null while nothing was measured.</param>
/// <param name="Values">All objectives.</param>
/// <param name="Steps">Finished steps.</param>
/// <param name="Parameters">Its configuration: numbers, texts and flags by name.</param>
/// <param name="Reason">Why it ended as it did; null when there is nothing to say.</param>
public sealed record TrialView(
    int Trial,
    string State,
    double? Value,
    ImmutableArray<double> Values,
    int Steps,
    ImmutableSortedDictionary<string, JsonElement> Parameters,
    string? Reason)
{
    internal static TrialView Of(TrialSummary trial) =>
        new(
            trial.Number,
            Word(trial.State),
            trial.Value,
            [.. trial.Values],
            trial.Steps,
            ParameterJson.Write(trial.Configuration),
            trial.Reason);

    internal static string Word(TrialState state) => state.ToString().ToLowerInvariant();
}

/// <summary>A worker as a scheduler tells of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State"><c>working</c>, <c>leaving</c> or <c>refused</c>.</param>
/// <param name="Reason">Why it was refused; null otherwise.</param>
/// <param name="Version">Version of its program.</param>
/// <param name="Slots">Ranks that it runs at once.</param>
/// <param name="Cores">Processor cores.</param>
/// <param name="MemoryBytes">Memory that it may use.</param>
/// <param name="Labels">What it says of itself.</param>
/// <param name="Attempts">What it works on: study, trial and attempt in words.</param>
public sealed record WorkerView(
    string Name,
    string State,
    string? Reason,
    string Version,
    int Slots,
    int Cores,
    long MemoryBytes,
    ImmutableArray<string> Labels,
    ImmutableArray<string> Attempts)
{
    internal static WorkerView Of(FleetMember member) =>
        new(
            member.Offer.Name,
            member.Refusal is not null ? "refused" : member.IsRetiring ? "leaving" : "working",
            member.Refusal,
            member.Offer.Version,
            member.Offer.Slots,
            member.Offer.Cores,
            member.Offer.MemoryBytes,
            member.Offer.Labels,
            [.. member.Attempts.Select(a => $"{a.Study}/{a.Start.Key} attempt {a.Start.Attempt}")]);
}

/// <summary>A configuration that is to be tried.</summary>
/// <param name="Parameters">Numbers, texts and flags by name.</param>
public sealed record TrialRequest(ImmutableSortedDictionary<string, JsonElement> Parameters);

/// <summary>A trial of an ask-and-tell study, or one that was queued.</summary>
/// <param name="Trial">Its number; null when the sampler has nothing more to offer.</param>
/// <param name="Parameters">What it is to be run with.</param>
public sealed record AskedTrial(int? Trial, ImmutableSortedDictionary<string, JsonElement> Parameters);

/// <summary>A step of a trial that runs outside.</summary>
/// <param name="Step">Finished steps.</param>
/// <param name="Values">The objectives then.</param>
public sealed record StepReport(int Step, ImmutableArray<double> Values);

/// <summary>What a trial that runs outside is to do.</summary>
/// <param name="Verdict"><c>continue</c>, <c>stop</c> or <c>pause</c>.</param>
/// <param name="Why">The rule that decided; null when it goes on.</param>
public sealed record StepAnswer(string Verdict, string? Why);

/// <summary>How a trial that ran outside ended.</summary>
/// <param name="State"><c>completed</c>, <c>pruned</c>, <c>failed</c> or <c>infeasible</c>.</param>
/// <param name="Values">The objectives; empty where nothing was measured.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record TrialEnd(string State, ImmutableArray<double> Values, string? Reason = null);
