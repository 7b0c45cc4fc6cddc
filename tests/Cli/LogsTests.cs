using Spectre.Console.Testing;
using TuneGraph.Cli;
using TuneGraph.Tests.Dashboard;

namespace TuneGraph.Tests.Cli;

/// <summary>What trials printed, in a terminal.</summary>
public sealed class LogsTests : IDisposable
{
    private const int LimitMilliseconds = 60_000;
    private const int TimeCharacters = 24;

    private readonly SampleStudy _sample = new(trials: 3);

    public void Dispose() => _sample.Dispose();

    [Fact]
    public async Task Logs_shows_what_all_trials_printed_and_what_one_of_them_did()
    {
        Print(1, rank: 0, isError: false, "epoch 1", "epoch 2");
        Print(2, rank: null, isError: true, "Out of memory");

        Assert.Equal(
            ["trial 1 rank 0 out: epoch 1", "trial 1 rank 0 out: epoch 2", "trial 2 - error: Out of memory"],
            await LinesOfAsync());
        Assert.Equal(["trial 2 - error: Out of memory"], await LinesOfAsync("--trial", "2"));
        Assert.Equal(["trial 1 rank 0 out: epoch 2"], await LinesOfAsync("--search", "EPOCH 2"));
        Assert.Equal(["trial 2 - error: Out of memory"], await LinesOfAsync("--stderr"));
        Assert.Empty(await LinesOfAsync("--trial", "0"));
    }

    [Fact]
    public async Task Logs_shows_more_than_is_read_at_once()
    {
        var printed = Enumerable.Range(0, 2500).Select(number => $"line {number}").ToArray();
        Print(0, rank: 0, isError: false, printed);

        Assert.Equal(printed.Select(line => $"trial 0 rank 0 out: {line}"), await LinesOfAsync());
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        var trial = await Invocation.OfAsync("logs", _sample.Folder, "--trial", "3");
        var name = await Invocation.OfAsync("logs", _sample.Folder, "--study", "other");

        Assert.Equal((4, "error: The study 'sample' has no trial 3.\n"), (trial.ExitCode, trial.Error));
        Assert.Equal(4, name.ExitCode);
    }

    [Fact]
    public async Task The_manual_page_has_examples()
    {
        var help = await Invocation.OfAsync("logs", "--help");

        Assert.Contains("tunegraph logs runs/digits --trial 7", help.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Logs_that_follow_end_with_the_study_and_miss_nothing_of_it()
    {
        using var running = StudyFolder.Lock(_sample.Folder);
        Print(0, rank: 0, isError: false, "first");
        using var output = new HeardWriter();
        using var console = new TestConsole();
        var following = CommandLine.InvokeAsync(
            ["logs", _sample.Folder, "--follow"], new Terminal(output, TextWriter.Null, console));
        await output.Heard.WaitAsync(TestContext.Current.CancellationToken);

        Print(0, rank: 0, isError: false, "last words");
        _sample.Finish();

        Assert.Equal(0, await following);
        Assert.Equal(["trial 0 rank 0 out: first", "trial 0 rank 0 out: last words"], LinesIn(output.ToString()));
    }

    private void Print(int trial, int? rank, bool isError, params IEnumerable<string> lines) =>
        _sample.Store.Commit(
            "sample",
            [new LinesPrinted("train-a", trial, [.. lines.Select(line => PrintedLine.Of(rank, isError, line))])]);

    private async Task<string[]> LinesOfAsync(params string[] options)
    {
        var shown = await Invocation.OfAsync(["logs", _sample.Folder, .. options]);
        Assert.Equal((0, ""), (shown.ExitCode, shown.Error));
        return LinesIn(shown.Output);
    }

    private static string[] LinesIn(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[TimeCharacters..])];

    /// <summary>Tells that a line was written to it.</summary>
    private sealed class HeardWriter : StringWriter
    {
        private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Heard => _heard.Task;

        public override Task WriteLineAsync(string? value)
        {
            WriteLine(value);
            _heard.TrySetResult();
            return Task.CompletedTask;
        }
    }
}
