namespace TuneGraph.Dashboard;

/// <summary>Who may steer from this page, and with what.</summary>
/// <param name="helm">What steers; null where the page has files to read and nothing else.</param>
/// <param name="isReadOnly">Whether nobody may.</param>
internal sealed class Wheel(Helm? helm, bool isReadOnly) : IDisposable
{
    private static readonly object _reader = new();

    /// <summary>What steers; only for whom <see cref="WhyNot"/> has nothing to say.</summary>
    public Helm? Helm => helm;

    /// <summary>Notes that whoever asks may look and no more.</summary>
    public static void AllowReading(HttpContext context) => context.Items[_reader] = true;

    public void Dispose() => (helm as IDisposable)?.Dispose();

    /// <summary>Why this visitor cannot steer; null when it is possible.</summary>
    public string? WhyNot(HttpContext context)
    {
        if (isReadOnly)
            return "This page was started to be read only.";
        if (context.Items.ContainsKey(_reader))
            return "You may look and not steer: you came with the token for readers.";
        return helm is null
            ? "This page reads files and steers nothing. Steer a study from the page of its own run "
                + "(tunegraph run … --dashboard, or Ctrl-C in its terminal), or from that of its scheduler "
                + "(tunegraph serve --dashboard)."
            : null;
    }
}
