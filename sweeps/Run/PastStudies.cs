using System.Text.Json;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// Reads what past studies measured: output folders (<c>runs/old</c>), study files (<c>study.db</c>), and files with a
/// line of JSON for each trial, as <c>tunegraph export --format jsonl</c> writes them.
/// </summary>
internal static class PastStudies
{
    private const string LinesExtension = ".jsonl";

    /// <summary>Whether there is a file at the path, or the study file of an output folder.</summary>
    public static bool Exists(string path) => File.Exists(FileOf(path));

    /// <summary>The completed trials of a sweep's past studies.</summary>
    /// <exception cref="TuneGraphException">One cannot be read, or has other objectives.</exception>
    public static IReadOnlyList<PastTrial> Read(SweepSpec spec)
    {
        List<PastTrial> trials = [.. spec.PastStudies.SelectMany(path => Read(path, spec))];
        return trials.Find(trial => trial.Values.Length != spec.Objectives.Length) is { } other
            ? throw new TuneGraphException(
                $"The past study '{other.Study}' has {other.Values.Length} objectives, and this sweep has "
                    + $"{spec.Objectives.Length}, so they cannot be compared; leave it out of warmStart.studies.")
            : trials;
    }

    private static string FileOf(string path) => Directory.Exists(path) ? StudyFolder.StorePath(path) : path;

    private static List<PastTrial> Read(string path, SweepSpec spec)
    {
        if (!Exists(path))
            throw new TuneGraphException(
                $"There is no past study at '{path}' (looked for '{FileOf(path)}'); name an output folder, its "
                    + $"study.db or a {LinesExtension} file in warmStart.studies.");
        return Path.GetExtension(path) == LinesExtension ? ReadLines(path) : ReadStore(path, spec);
    }

    private static List<PastTrial> ReadStore(string path, SweepSpec spec)
    {
        using var store = SqliteStudyStore.OpenExisting(FileOf(path));
        var trials = new List<PastTrial>();
        foreach (var name in store.List())
        {
            var past = store.Load(name)!;
            trials.AddRange(TrialSummary.From(past)
                .Where(trial => trial is { State: TrialState.Completed, IsFeasible: true })
                .Select(trial => new PastTrial(
                    Join(path, name), trial.Configuration, Turned(trial.Values, past.Definition, spec))));
        }

        return trials;
    }

    /// <summary>The values in the sweep's directions: an accuracy of the past becomes a loss by its sign.</summary>
    private static ValueList Turned(ValueList values, StudyDefinition past, SweepSpec spec)
    {
        var now = spec.Objectives;
        return
        [
            .. values.Select((value, i) => i < now.Length && now[i].Direction != past.Directions[i] ? -value : value),
        ];
    }

    private static List<PastTrial> ReadLines(string path)
    {
        var trials = new List<PastTrial>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                using var document = JsonDocument.Parse(line);
                if (TrialOf(document.RootElement) is var (configuration, values))
                    trials.Add(new(Join(path, ""), configuration, values));
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                throw new TuneGraphException(
                    $"Line {number} of the past study '{path}' is no trial: {e.Message} A line looks like "
                        + "{\"state\":\"completed\",\"value\":0.25,\"parameters\":{\"rate\":0.1}}.", e);
            }
        }

        return trials;
    }

    private static (Configuration, ValueList)? TrialOf(JsonElement json)
    {
        if (json.TryGetProperty("state", out var state) && state.GetString() != "completed")
            return null;
        if (json.TryGetProperty("constraints", out var constraints)
            && constraints.EnumerateArray().Any(constraint => constraint.GetDouble() > 0))
            return null;
        ValueList values = json.TryGetProperty("values", out var several)
            ? [.. several.EnumerateArray().Select(value => value.GetDouble())]
            : json.GetProperty("value").GetDouble();
        return (new Configuration(json.GetProperty("parameters").EnumerateObject()
            .Select(member => KeyValuePair.Create(member.Name, ValueOf(member.Value)))), values);
    }

    private static ParameterValue ValueOf(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => json.GetBoolean(),
        JsonValueKind.Number when json.TryGetInt64(out var whole) => whole,
        JsonValueKind.Number => json.GetDouble(),
        _ => json.GetString()!,
    };

    private static string Join(string path, string study)
    {
        var folder = Path.TrimEndingDirectorySeparator(path);
        return study.Length == 0 || Path.GetFileName(folder) == study ? folder : $"{folder}:{study}";
    }
}

/// <summary>A completed trial of a past study, its values in the directions of the sweep that learns from it.</summary>
internal sealed record PastTrial(string Study, Configuration Configuration, ValueList Values);
