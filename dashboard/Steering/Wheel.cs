namespace TuneGraph.Dashboard;

/// <summary>Who may steer from this page, and with what.</summary>
/// <param name="helm">What steers; null where the page has files to read and nothing else.</param>
/// <param name="isReadOnly">Whether nobody may.</param>
internal sealed class Wheel(Helm? helm, bool isReadOnly) : IDisposable
{
    private static readonly object _reader = new();
    private static readonly object _person = new();

    /// <summary>What steers; only for whom <see cref="WhyNot"/> has nothing to say.</summary>
    public Helm? Helm => helm;

    /// <summary>Notes that whoever asks may look and no more, and why.</summary>
    public static void AllowReading(HttpContext context, string why) => context.Items[_reader] = why;

    /// <summary>Notes who asks.</summary>
    public static void Know(HttpContext context, string name) => context.Items[_person] = name;

    /// <summary>Who has signed in; null for nobody.</summary>
    public static string? PersonOf(HttpContext context) => context.Items[_person] as string;

    /// <summary>Why this visitor can change nothing at all, notes included; null when it is possible.</summary>
    public string? WhyReadOnly(HttpContext context) =>
        isReadOnly ? "This page was started to be read only."
        : context.Items[_reader] is string why ? $"You may look and not steer: {why}."
        : null;

    public void Dispose() => (helm as IDisposable)?.Dispose();

    /// <summary>Why this visitor cannot steer; null when it is possible.</summary>
    public string? WhyNot(HttpContext context)
    {
        if (WhyReadOnly(context) is { } why)
            return why;
        return helm is null
            ? "This page reads files and steers nothing. Steer a study from the page of its own run "
                + "(tunegraph run … --dashboard, or Ctrl-C in its terminal), or from that of its scheduler "
                + "(tunegraph serve --dashboard)."
            : null;
    }
}
