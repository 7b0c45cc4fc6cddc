using Spectre.Console.Testing;
using TuneGraph.Cli;

namespace TuneGraph.Tests.Cli;

/// <summary>One call of the command in this process, with what it wrote and how it ended.</summary>
internal sealed record Invocation(int ExitCode, string Output, string Error)
{
    public static async Task<Invocation> OfAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var console = new TestConsole();
        console.Profile.Width = 200;
        var code = await CommandLine.InvokeAsync(args, new Terminal(output, error, console));
        return new Invocation(code, output + console.Output, error.ToString());
    }
}
