using System.Text.Json;

namespace TuneGraph.Scheduler;

/// <summary>
/// How far events have been published, in files below the scheduler's folder. Written after the sidecar has taken them:
/// a scheduler that dies in between publishes those of its last batch again, under the same ids, and leaves none out.
/// </summary>
/// <param name="folder">The scheduler's folder.</param>
internal sealed class EventCursors(string folder)
{
    private readonly string _folder = Path.Combine(folder, "events");
    private readonly Dictionary<string, EventCursor> _studies = [];

    private string WorkersPath => Path.Combine(_folder, "workers.json");

    /// <summary>Where a study is.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public EventCursor Of(string study)
    {
        if (!_studies.TryGetValue(study, out var cursor))
            _studies[study] = cursor = Read<EventCursor>(PathOf(study)) ?? new EventCursor(0, null);
        return cursor;
    }

    /// <summary>A study has come so far.</summary>
    /// <exception cref="IOException">The file cannot be written; this process knows it all the same.</exception>
    public void Set(string study, EventCursor cursor)
    {
        _studies[study] = cursor;
        AtomicFile.Write(PathOf(study), JsonSerializer.SerializeToUtf8Bytes(cursor));
    }

    /// <summary>The workers that were told to be there: their names by lease.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public Dictionary<string, string> Workers() => Read<Dictionary<string, string>>(WorkersPath) ?? [];

    /// <summary>These workers were told to be there, and no others.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Set(Dictionary<string, string> workers) =>
        AtomicFile.Write(WorkersPath, JsonSerializer.SerializeToUtf8Bytes(workers));

    private static T? Read<T>(string path)
        where T : class
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(path)) : null;
        }
        catch (JsonException)
        {
            return null; // from the beginning: who has seen an event knows it by its id
        }
    }

    private string PathOf(string study) => Path.Combine(_folder, "studies", $"{study}.json");
}

/// <summary>How far a study's events have been published.</summary>
/// <param name="Number">Events of its log.</param>
/// <param name="State">Its state when that was last published; null if never.</param>
internal sealed record EventCursor(int Number, string? State);
