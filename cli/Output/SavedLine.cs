using System.Globalization;

namespace TuneGraph.Cli;

/// <summary>What trials did not have to compute, since an equal one had.</summary>
internal static class SavedLine
{
    public static string Of(int steps, TimeSpan time) => string.Create(
        CultureInfo.InvariantCulture,
        $"saved    {steps} {(steps == 1 ? "step" : "steps")} taken over from equal trials: {Text(time)} of a slot");

    private static string Text(TimeSpan time) =>
        time.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.0} hours")
        : time.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.0} minutes")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} seconds");
}
