using System.CommandLine;

namespace TuneGraph.Cli;

/// <summary>What the trials of a study printed, to be read: in its store, or from a scheduler.</summary>
/// <param name="read">Gives lines.</param>
/// <param name="isRunning">Whether more may come.</param>
/// <param name="store">The store; null for a scheduler.</param>
internal sealed class PrintedSource(
    Func<PrintedQuery, CancellationToken, Task<IReadOnlyList<StoredLine>>> read,
    Func<CancellationToken, Task<bool>> isRunning,
    SqlStudyStore? store = null) : IDisposable
{
    public static PrintedSource At(SchedulerClient client, string name) =>
        new(
            async (query, stop) => await client.PrintedAsync(name, query, stop),
            async stop => (await client.StudyAsync(name, stop)).State is "starting" or "running");

    /// <exception cref="StudyNotFoundException">There is no such study.</exception>
    public static PrintedSource In(StudyPlace place, ParseResult parsed)
    {
        var store = place.Open(parsed);
        try
        {
            var (name, folder) = (place.NameIn(store, parsed), place.FolderOf(store, parsed));
            return new PrintedSource(
                (query, _) => Task.FromResult(Read(store, name, query)),
                _ => Task.FromResult(store.Load(name, int.MaxValue) is { } study
                    && (folder is null
                        ? study.State
                        : new LocatedStudy(study, folder).State) == StudyState.Running),
                store);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <exception cref="StudyNotFoundException">There is no such trial.</exception>
    public Task<IReadOnlyList<StoredLine>> ReadAsync(PrintedQuery query, CancellationToken cancellationToken) =>
        read(query, cancellationToken);

    public Task<bool> IsRunningAsync(CancellationToken cancellationToken) => isRunning(cancellationToken);

    public void Dispose() => store?.Dispose();

    private static IReadOnlyList<StoredLine> Read(SqlStudyStore store, string name, PrintedQuery query)
    {
        var lines = store.Printed(name, query);
        if (lines.Count == 0 && query is { After: 0, Trial: { } trial }
            && !TrialSummary.From(store.Load(name)!).Any(known => known.Number == trial))
            throw new StudyNotFoundException($"The study '{name}' has no trial {trial}.");
        return lines;
    }
}
