using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace TuneGraph.Cli;

/// <summary>
/// <c>tunegraph worker</c>, and a part of <c>tunegraph serve</c>: start the host of that name with the arguments given,
/// and end with it. The hosts are programs of their own.
/// </summary>
internal static class HostCommand
{
    /// <summary>Names the folder that holds the hosts, where they do not lie beside this command.</summary>
    public const string HomeVariable = "TUNEGRAPH_HOME";

    public static Command Create(string verb, string host, string description)
    {
        var rest = new Argument<string[]>("arguments")
        {
            Description = $"Arguments of {host}: see 'tunegraph {verb} -- --help'.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command(verb, description) { rest };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, _) =>
            RunAsync(host, [.. parsed.GetValue(rest) ?? [], .. parsed.UnmatchedTokens]));
        return command;
    }

    /// <summary>Where a host may lie, in the order in which it is looked for.</summary>
    public static IEnumerable<string> PlacesOf(string host)
    {
        if (Environment.GetEnvironmentVariable(HomeVariable) is { Length: > 0 } home)
            yield return home;
        yield return AppContext.BaseDirectory;
        yield return Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", host, "release"));
    }

    internal static async Task<int> RunAsync(string host, string[] arguments)
    {
        var places = PlacesOf(host).ToList();
        var program = places.Select(place => Path.Combine(place, host + ".dll")).FirstOrDefault(File.Exists)
            ?? throw new StudyNotFoundException(
                $"There is no {host}.dll in {string.Join(", ", places)}. Publish the host with 'dotnet publish', and "
                    + $"name its folder in {HomeVariable}.");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]))!;

        // Ctrl-C reaches both of them by itself; a SIGTERM for this process is meant for the host.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        });
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
