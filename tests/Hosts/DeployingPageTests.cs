using System.Text.RegularExpressions;
using TuneGraph.Tests.Cli;
using TuneGraph.Tests.Repository;

namespace TuneGraph.Tests.Hosts;

/// <summary>docs/deploying.md says what the hosts and the command say of themselves.</summary>
public sealed partial class DeployingPageTests
{
    private const int LimitMilliseconds = 120_000;

    private static IReadOnlyList<string> Page => Checkout.File("docs/deploying.md").Lines;

    public static TheoryData<string> Hosts => ["Scheduler", "Worker"];

    public static TheoryData<string> Commands =>
        [.. Page.Where(line => line.StartsWith("tunegraph ", StringComparison.Ordinal))];

    [Theory(Timeout = LimitMilliseconds)]
    [MemberData(nameof(Hosts))]
    public async Task Its_table_has_every_setting_of_a_host_and_no_other(string host)
    {
        var (code, help, _) = await HostProcess.RunAsync(host, ["--help"], TestContext.Current.CancellationToken);
        Assert.Equal(0, code);
        var table = Page
            .SkipWhile(line => !line.StartsWith($"| {host} |", StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith('|'))
            .SelectMany(line => Setting().Matches(line.Split('|')[1]).Select(match => match.Value));
        var said = help.Split('\n')
            .Where(line => line.StartsWith("  --", StringComparison.Ordinal))
            .Select(line => Setting().Match(line).Value)
            .Where(setting => setting is not "--version");
        Assert.Equal(said.Order(), table.Order());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Its_commands_are_those_of_the_command_line(string command)
    {
        var words = command.Split(' ');
        var help = await Invocation.OfAsync(words[1], "--help");
        Assert.Equal(0, help.ExitCode);
        if (words[1] is "serve" or "worker")
            return; // their arguments are a host's
        Assert.All(words.Where(word => word.StartsWith("--", StringComparison.Ordinal)), option =>
            Assert.Contains(option, help.Output, StringComparison.Ordinal));
    }

    [GeneratedRegex("--[a-z]+")]
    private static partial Regex Setting();
}
