using System.CommandLine;
using TuneGraph.Dashboard;

namespace TuneGraph.Cli;

/// <summary>The arguments of <c>tunegraph run</c>, and what they make of a sweep.</summary>
internal sealed class RunOptions
{
    private const int MostPort = 65_535;

    private readonly Argument<string> _sweep = new("sweep") { Description = "The sweep file (YAML)." };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the study if there is one." };
    private readonly Option<string?> _output = Text(
        "--output",
        "folder",
        "Output folder, instead of the sweep's.",
        "-o"
    );
    private readonly Option<int?> _trials = Whole("--trials", "Number of trials, instead of budget.trials.");
    private readonly Option<int?> _parallel = Whole("--parallel", "Trials at a time, instead of budget.parallel.");
    private readonly Option<string?> _timeout = Text(
        "--timeout",
        "time",
        "Time limit such as 90s, 15m or 2h, instead of budget.timeout."
    );

    private readonly Option<ulong?> _seed = new("--seed")
    {
        Description = "Seed, instead of the sweep's.",
        HelpName = "n",
    };
    private readonly Option<ProgressStyle> _progress = new("--progress")
    {
        Description = "auto: a live table on a terminal, plain lines elsewhere; plain, json or none.",
        HelpName = "auto|plain|json|none",
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "The same as --progress json: one JSON object a line.",
    };

    private readonly Option<int?> _dashboard = new("--dashboard")
    {
        Description = "Show the study on a web page of this machine while it runs; the port is 5812 unless given.",
        HelpName = "port",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<int?> _verify = new("--verify")
    {
        Description = "Compare each trial's first steps (10 unless given) with those of one rank alone; see "
            + "docs/training.md.",
        HelpName = "steps",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public RunOptions()
    {
        _timeout.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !DurationText.TryParse(text, out _))
                result.AddError($"--timeout is '{text}'; write a duration such as 90s, 15m, 2h or 1h30m.");
        });
        _dashboard.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, out var port) && port is < 0 or > MostPort)
                result.AddError($"--dashboard is {port}; a port is from 0, which takes a free one, to {MostPort}.");
        });
    }

    public void AddTo(Command command)
    {
        command.Add(_sweep);
        Option[] options =
        [
            _resume, _output, _trials, _parallel, _timeout, _seed, _progress, _json, _dashboard, _verify,
        ];
        foreach (var option in options)
            command.Add(option);
    }

    public SweepSpec Sweep(ParseResult parsed)
    {
        var spec = SweepFile.Load(parsed.GetRequiredValue(_sweep), parsed.GetValue(_seed));
        var timeout =
            parsed.GetValue(_timeout) is { } text && DurationText.TryParse(text, out var limit)
                ? limit
                : spec.Budget.Timeout;
        return spec with
        {
            OutputFolder = parsed.GetValue(_output) ?? spec.OutputFolder,
            Budget = spec.Budget with
            {
                Trials = parsed.GetValue(_trials) ?? spec.Budget.Trials,
                Parallel = parsed.GetValue(_parallel) ?? spec.Budget.Parallel,
                Timeout = timeout,
            },
        };
    }

    /// <summary>Where the page is to listen; null for no page.</summary>
    public Uri? Dashboard(ParseResult parsed) =>
        parsed.GetResult(_dashboard) is null
            ? null
            : new UriBuilder(DashboardOptions.DefaultAddress)
            {
                Port = parsed.GetValue(_dashboard) ?? DashboardOptions.DefaultAddress.Port,
            }.Uri;

    /// <summary>First steps to verify; 0 for none.</summary>
    public int VerifySteps(ParseResult parsed) => parsed.GetResult(_verify) is null
        ? 0
        : Math.Max(1, parsed.GetValue(_verify) ?? new Training.VerificationSpec().Steps);

    public bool Resume(ParseResult parsed) => parsed.GetValue(_resume);

    public ProgressStyle Style(ParseResult parsed) =>
        parsed.GetValue(_json) ? ProgressStyle.Json : parsed.GetValue(_progress);

    private static Option<string?> Text(string name, string form, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = form };

    private static Option<int?> Whole(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "n" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, out var n) && n < 1)
                result.AddError($"{name} is {n}; it must be at least 1.");
        });
        return option;
    }
}
