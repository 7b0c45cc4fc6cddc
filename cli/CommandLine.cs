using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;

namespace TuneGraph.Cli;

/// <summary>The <c>tunegraph</c> command: its verbs, and how errors become messages and exit codes.</summary>
internal static class CommandLine
{
    public static string Version { get; } =
        Assembly
            .GetExecutingAssembly()
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];

    public static async Task<int> InvokeAsync(IReadOnlyList<string> args, Terminal terminal)
    {
        var root = new RootCommand(
            "Tunes models: proposes configurations, trains them in parallel, stops the hopeless ones, keeps everything."
        )
        {
            RunCommand.Create(terminal),
            ValidateCommand.Create(terminal),
            StatusCommand.Create(terminal),
            BestCommand.Create(terminal),
            ExportCommand.Create(terminal),
            LogsCommand.Create(terminal),
            ReportCommand.Create(terminal),
            ShowCommand.Create(terminal),
            SubmitCommand.Create(terminal),
            StopCommand.CreateStop(terminal),
            StopCommand.CreatePause(terminal),
            StopCommand.CreateResume(terminal),
            ChangeCommand.Create(terminal),
            WorkersCommand.Create(terminal),
            DrainCommand.Create(terminal),
            NoteCommand.Create(terminal),
            EnqueueCommand.CreateEnqueue(terminal),
            EnqueueCommand.CreateRetry(terminal),
            ServeCommand.Create(terminal),
            HostCommand.Create("worker", "TuneGraph.Worker", "Start a worker for a scheduler."),
        };
        AddManual(root);
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction || Misuse.Hides(parsed))
            return Misuse.Explain(parsed, terminal.Error);

        // Signals are handled by the verb that runs something; the library's own handler would cut a checkpoint short.
        var configuration = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (Exception e) when (Failure.Explain(e) is { } failure)
        {
            foreach (var line in failure.Lines)
                await terminal.Error.WriteLineAsync(line);
            return failure.ExitCode;
        }
    }

    private static void AddManual(RootCommand root)
    {
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction standard } help)
                help.Action = new ManualPage(standard);
        }
    }
}
