using System.Collections.Immutable;

namespace TuneGraph.Scheduler;

/// <summary>Both kinds of studies under one name each: workers run the one, others the trials of the other.</summary>
/// <param name="scheduled">Those that workers run.</param>
/// <param name="asked">Those whose trials others run.</param>
/// <param name="shelf">Where they are kept.</param>
internal sealed class AllStudies(ScheduledStudies scheduled, AskedStudies asked, StudyShelf shelf)
{
    /// <summary>Every study, by name.</summary>
    public async Task<ImmutableArray<StudyView>> ViewsAsync()
    {
        var views = scheduled.All.Select(study => study.View()).ToList();
        foreach (var name in asked.Names().Except(views.Select(view => view.Name)).ToList())
        {
            try
            {
                if (asked.Find(name) is not null)
                    views.Add(await ViewAsync(name));
            }
            catch (StoreException e)
            {
                // One that cannot be read, because a newer version wrote it for instance, keeps nobody from the others.
                views.Add(StudyView.Unreadable(name, e.Message, asked.WhereIs(name)));
            }
        }

        return [.. views.OrderBy(view => view.Name, StringComparer.Ordinal)];
    }

    /// <summary>A study as it stands.</summary>
    /// <exception cref="FleetException">There is none of that name.</exception>
    public async Task<StudyView> ViewAsync(string name) =>
        scheduled.Find(name) is { } study
            ? study.View()
            : await Asked(name).DoAsync(ledger => ledger.View(asked.WhereIs(name)));

    /// <summary>The best trial.</summary>
    /// <exception cref="FleetException">There is none yet, or no such study.</exception>
    public async Task<TrialView> BestAsync(string name) =>
        scheduled.Find(name) is not null
            ? scheduled.BestOf(name)
            : await Asked(name).DoAsync(ledger => ledger.Best());

    /// <summary>How much each parameter mattered.</summary>
    /// <exception cref="FleetException">There is no such study.</exception>
    public async Task<ImmutableArray<ImportanceView>> ImportanceAsync(string name) =>
        scheduled.Find(name) is not null
            ? scheduled.ImportanceOf(name)
            : await Asked(name).DoAsync(ledger => ledger.Importance());

    /// <summary>Keeps what somebody notes about a study or a trial.</summary>
    /// <exception cref="FleetException">There is no such study or trial.</exception>
    public async Task NoteAsync(string name, Remark remark)
    {
        var view = await ViewAsync(name); // also tells that there is none
        if (remark.Trial is { } trial && (await TrialsAsync(name, trial - 1, limit: 1)).IsEmpty)
        {
            throw new FleetException(
                FleetCode.NoTrial, $"The study '{name}' has no trial {trial} to note anything about.");
        }

        shelf.Annotate(view.Folder ?? "", name, remark);
    }

    /// <summary>What the trials of a study printed.</summary>
    /// <exception cref="FleetException">There is no such study or trial.</exception>
    public async Task<ImmutableArray<StoredLine>> PrintedAsync(string name, PrintedQuery query)
    {
        if (query.Trial is { } trial
            && !(await TrialsAsync(name, trial - 1, limit: 1)).Any(known => known.Number == trial))
            throw new FleetException(FleetCode.NoTrial, $"The study '{name}' has no trial {trial}.");
        var folder = scheduled.Find(name)?.Folder;
        if (folder is null)
            _ = Asked(name); // tells that there is none
        return [.. shelf.Printed(folder ?? asked.WhereIs(name), name, query)];
    }

    /// <summary>Trials by number, at most so many after one.</summary>
    /// <exception cref="FleetException">There is no such study.</exception>
    public async Task<ImmutableArray<TrialSummary>> TrialsAsync(
        string name, int after = -1, int limit = int.MaxValue) =>
        scheduled.Find(name) is not null
            ? [.. scheduled.TrialsOf(name).Where(trial => trial.Number > after).Take(limit)]
            : await Asked(name).DoAsync(ledger => ledger.Trials(after, limit));

    /// <summary>Names of a study's objectives.</summary>
    /// <exception cref="FleetException">There is no such study.</exception>
    public async Task<ImmutableArray<string>> MetricsAsync(string name) =>
        scheduled.Find(name) is { } study
            ? [.. study.Spec.Objectives.Select(objective => objective.Metric)]
            : (await ViewAsync(name)).Metrics;

    /// <summary>What has happened in a study, and what happens from now on.</summary>
    /// <exception cref="FleetException">There is no such study.</exception>
    public async Task<(StudyFeed Feed, Func<Task<ImmutableArray<LoggedEvent>>> Log)> FeedAsync(string name)
    {
        if (scheduled.Find(name) is { } study)
            return (study.Feed, () => Task.FromResult(study.Load()?.Log ?? []));
        var other = Asked(name);
        _ = await other.DoAsync(ledger => true); // it is open from now on
        return (other.Feed, () => other.DoAsync(ledger => ledger.Log()));
    }

    /// <summary>A study whose trials the caller runs.</summary>
    /// <exception cref="FleetException">There is none, or workers run it.</exception>
    public AskedStudy Asked(string name)
    {
        if (scheduled.Find(name) is not null)
            throw new FleetException(
                FleetCode.NotAsked,
                $"The study '{name}' is a sweep: workers run its trials, so there is nothing to ask or tell.");
        return asked.Find(name)
            ?? throw new FleetException(
                FleetCode.NoStudy, $"There is no study '{name}' here; GET /api/v1/studies lists them.");
    }
}
