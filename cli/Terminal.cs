using Spectre.Console;

namespace TuneGraph.Cli;

/// <summary>Where the command writes: data to <see cref="Out"/>, what went wrong to <see cref="Error"/>.</summary>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Console">The same output with colours and live pictures where it can show them.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, IAnsiConsole Console)
{
    /// <summary>Whether a person looks at the output and a picture may be redrawn in place.</summary>
    public bool IsLive => Console.Profile.Capabilities.Interactive && Console.Profile.Capabilities.Ansi;

    public static Terminal OfThisProcess()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Interactive = System.Console.IsOutputRedirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        return new Terminal(System.Console.Out, System.Console.Error, console);
    }
}
