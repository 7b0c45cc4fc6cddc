namespace TuneGraph.Search;

/// <summary>
/// Lets another pruner speak only once a trial has stopped improving: Optuna's <c>PatientPruner</c>. The best of the
/// last <c>Patience</c> + 1 reports is held against the best of all before them; as long as it is not worse, by more
/// than the tolerance, the trial goes on.
/// </summary>
/// <param name="inner">
/// The pruner that is asked then; null to stop every trial that no longer improves. It must not pause trials.
/// </param>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class PatientPruner(Pruner? inner = null, PatientOptions? options = null) : Pruner
{
    /// <summary>The pruner that is asked; null for none.</summary>
    public Pruner? Inner { get; } = inner is null || inner.Stopping == inner
        ? inner
        : throw new ArgumentException(
            $"The pruner '{inner.Name}' pauses trials and cannot be made patient; give its form that stops.",
            nameof(inner));

    /// <summary>The settings.</summary>
    public PatientOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public override string Name => "patient";

    /// <inheritdoc/>
    public override PruneDecision Decide(StudyHistory history, Trial trial, int step)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        var since = trial.IntermediateValues.Count - Options.Patience - 1;
        if (since <= 0)
            return PruneDecision.Continue;
        var before = trial.IntermediateValues.Take(since).Min(v => history.Loss(v.Value));
        var after = trial.IntermediateValues.Skip(since).Min(v => history.Loss(v.Value));
        if (!(before + Options.Tolerance < after))
            return PruneDecision.Continue;
        return Inner?.Decide(history, trial, step) ?? new(Verdict.Stop, FormattableString.Invariant(
            $"step {step}: the best of the last {Options.Patience + 1} reports, {history.Loss(after):G6}, ")
            + FormattableString.Invariant($"is worse than {history.Loss(before):G6} before"));
    }
}
