using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>Numbers and times as people read them.</summary>
internal static class Show
{
    public static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    public static string Values(ValueList values) => string.Join(", ", values.Select(Number));

    public static string Parameter(ParameterValue value) =>
        value.Kind == ParameterKind.Float ? Number(value.AsFloat()) : value.ToString();

    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The time of day.</summary>
    public static string Clock(DateTimeOffset time) =>
        time.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>How an attempt ended, after its name.</summary>
    public static string Words(AttemptState state) => state switch
    {
        AttemptState.Succeeded => "succeeded",
        AttemptState.Stopped => "was stopped",
        AttemptState.Failed => "failed",
        AttemptState.Lost => "was lost",
        AttemptState.OutOfMemory => "ran out of memory",
        AttemptState.Preempted => "was handed back",
        _ => "runs",
    };

    public static string Bytes(long bytes)
    {
        const double Step = 1024;
        var (size, unit) = ((double)bytes, 0);
        string[] units = ["bytes", "KB", "MB", "GB", "TB"];
        for (; size >= Step && unit < units.Length - 1; unit++)
            size /= Step;
        return string.Create(CultureInfo.InvariantCulture, $"{size:0.#} {units[unit]}");
    }

    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0} ms"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min"),
    };
}
