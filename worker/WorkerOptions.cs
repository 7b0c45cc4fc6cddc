using System.Collections.Immutable;
using TuneGraph.Hosting;

namespace TuneGraph.Worker;

/// <summary>What a worker was told, checked.</summary>
/// <param name="Schedulers">Where the scheduler listens, and those that stand by for it.</param>
/// <param name="Name">The worker's name.</param>
/// <param name="Slots">Ranks at once.</param>
/// <param name="Labels">What it says of itself.</param>
/// <param name="Data">Folder for what it downloads.</param>
/// <param name="Urls">Where it tells its health; null for nowhere.</param>
/// <param name="Grace">How long it may take to hand its trials back when it has to leave.</param>
/// <param name="Stall">How long a trial's process may be silent before it counts as dead.</param>
/// <param name="Token">The scheduler's token; null if it wants none.</param>
internal sealed record WorkerOptions(
    ImmutableArray<Uri> Schedulers,
    string Name,
    int Slots,
    ImmutableArray<string> Labels,
    string Data,
    Uri? Urls,
    TimeSpan Grace,
    TimeSpan Stall,
    string? Token)
{
    public static IReadOnlyList<HostOption> All { get; } =
    [
        new("scheduler", "<urls>", "the scheduler, then those that stand by, with commas; default "
            + "http://127.0.0.1:5810. Its token: TUNEGRAPH_TOKEN"),
        new("name", "<name>", "its name, unique among workers; default host name and process id"),
        new("slots", "<n>", "ranks at once; default one a core"),
        new("labels", "<list>", "what it says of itself, with commas: gpu=a100,zone=b"),
        new("data", "<folder>", "for what it downloads; default in the system's temporary folder"),
        new("urls", "<url>", "where it tells its health, http://127.0.0.1:5811 for instance; default nowhere"),
        new("grace", "<seconds>", "to hand trials back after SIGTERM; default 30"),
        new("stall", "<seconds>", "silence after which a trial's process counts as dead; default 30"),
    ];

    /// <exception cref="FormatException">A value is wrong.</exception>
    public static WorkerOptions From(HostSettings settings, int port)
    {
        var schedulers = settings["scheduler"] ?? "http://127.0.0.1:5810";
        var name = settings["name"] ?? $"{Environment.MachineName}-{Environment.ProcessId}";
        if (name.Length > 100 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            throw new FormatException($"--name is '{name}'; give at most 100 letters, digits, '-', '_' and '.'.");
        return new WorkerOptions(
            [.. schedulers.Split(',').Select(AddressOf)],
            name,
            settings.Whole("slots", least: 1) ?? Environment.ProcessorCount,
            [.. (settings["labels"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)],
            Path.GetFullPath(settings["data"] ?? Path.Combine(Path.GetTempPath(), $"tunegraph-{name}")),
            settings["urls"] is { } urls ? HostSettings.Address(urls, port) : null,
            settings.Seconds("grace", least: 0) ?? TimeSpan.FromSeconds(30),
            settings.Seconds("stall", least: 1) ?? TimeSpan.FromSeconds(30),
            Environment.GetEnvironmentVariable("TUNEGRAPH_TOKEN"));
    }

    private static Uri AddressOf(string scheduler) =>
        Uri.TryCreate(scheduler, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https")
            ? address
            : throw new FormatException($"--scheduler is '{scheduler}'; give a URL such as http://127.0.0.1:5810.");
}
