using System.Collections.Immutable;
using System.Net;
using TuneGraph.Hosting;

namespace TuneGraph.Worker;

/// <summary>What a worker was told, checked.</summary>
/// <param name="Schedulers">Where the scheduler listens, and those that stand by for it.</param>
/// <param name="Name">The worker's name.</param>
/// <param name="Slots">Ranks at once.</param>
/// <param name="Labels">What it says of itself.</param>
/// <param name="Data">Folder for what it downloads.</param>
/// <param name="Urls">Where it tells its health; null for nowhere.</param>
/// <param name="Address">Where its ranks listen for those on other workers; null for toward the scheduler.</param>
/// <param name="Grace">How long it may take to hand its trials back when it has to leave.</param>
/// <param name="Stall">How long a trial's process may be silent before it counts as dead.</param>
/// <param name="LeastFreeBytes">What its disk must have free before it takes a trial.</param>
/// <param name="Token">The scheduler's token; null if it wants none.</param>
/// <param name="Sidecar">The Dapr sidecar beside it; null for none.</param>
internal sealed record WorkerOptions(
    ImmutableArray<Uri> Schedulers,
    string Name,
    int Slots,
    ImmutableArray<string> Labels,
    string Data,
    Uri? Urls,
    IPAddress? Address,
    TimeSpan Grace,
    TimeSpan Stall,
    long LeastFreeBytes,
    string? Token,
    Sidecar? Sidecar)
{
    private const string TokenVariable = "TUNEGRAPH_TOKEN";
    private const int LeastFreeMebibytes = 64;

    /// <summary>Variables that may refer to secrets of the sidecar.</summary>
    public static IReadOnlyList<string> Secrets { get; } = [TokenVariable];

    public static IReadOnlyList<HostOption> All { get; } =
    [
        new("scheduler", "<urls>", "the scheduler, then those that stand by, with commas; default "
            + "http://127.0.0.1:5810. Its token: TUNEGRAPH_TOKEN"),
        new("name", "<name>", "its name, unique among workers; default host name and process id"),
        new("slots", "<n>", "ranks at once; default one a core"),
        new("labels", "<list>", "what it says of itself, with commas: gpu=a100,zone=b"),
        new("data", "<folder>", "for what it downloads; default in the system's temporary folder"),
        new("urls", "<url>", "where it tells its health, http://127.0.0.1:5811 for instance; default nowhere"),
        new("address", "<ip>", "where its ranks listen for those on other workers; default that toward the scheduler"),
        new("grace", "<seconds>", "to hand trials back after SIGTERM; default 30"),
        new("stall", "<seconds>", "silence after which a trial's process counts as dead; default 30"),
        new("free", "<MiB>", "what the disk of --data must have free before it takes a trial; default 64"),
    ];

    /// <exception cref="FormatException">A value is wrong.</exception>
    public static WorkerOptions From(HostSettings settings, int port)
    {
        var schedulers = settings["scheduler"] ?? "http://127.0.0.1:5810";
        var name = settings["name"] ?? $"{Environment.MachineName}-{Environment.ProcessId}";
        if (name.Length > 100 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            throw new FormatException($"--name is '{name}'; give at most 100 letters, digits, '-', '_' and '.'.");
        return new WorkerOptions(
            SchedulersOf(schedulers, settings.Sidecar),
            name,
            settings.Whole("slots", least: 1) ?? Environment.ProcessorCount,
            [.. (settings["labels"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)],
            Path.GetFullPath(settings["data"] ?? Path.Combine(Path.GetTempPath(), $"tunegraph-{name}")),
            settings["urls"] is { } urls ? HostSettings.Address(urls, port) : null,
            AddressOf(settings["address"]),
            settings.Seconds("grace", least: 0) ?? TimeSpan.FromSeconds(30),
            settings.Seconds("stall", least: 1) ?? TimeSpan.FromSeconds(30),
            (settings.Whole("free", least: 0) ?? LeastFreeMebibytes) * 1024L * 1024,
            settings.Secret(TokenVariable),
            settings.Sidecar);
    }

    private static IPAddress? AddressOf(string? text) =>
        text is null ? null
        : IPAddress.TryParse(text, out var address) ? address
        : throw new FormatException($"--address is '{text}'; give an IP address of this machine, such as 10.0.0.2.");

    private static ImmutableArray<Uri> SchedulersOf(string text, Sidecar? sidecar)
    {
        var all = text.Split(',').Select(SchedulerOf).ToImmutableArray();
        if (sidecar is null && all.Any(one => one.Scheme == SidecarCalls.Scheme))
            throw new FormatException(
                $"--scheduler is '{text}', an application that a Dapr sidecar would find, and there is none: set "
                    + "DAPR_HTTP_ENDPOINT to its address, or give the scheduler's own.");
        return all.Length == 1 || all.All(one => one.Scheme != SidecarCalls.Scheme)
            ? all
            : throw new FormatException(
                $"--scheduler is '{text}'; name one application, dapr://app-id: its sidecar finds whoever runs it.");
    }

    private static Uri SchedulerOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https" or SidecarCalls.Scheme
            ? address
            : throw new FormatException($"--scheduler is '{text}'; give a URL such as http://127.0.0.1:5810, or "
                + "dapr://app-id beside a sidecar.");
}
