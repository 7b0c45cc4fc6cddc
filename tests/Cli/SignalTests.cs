using System.Runtime.InteropServices;
using System.Text.Json;
using TuneGraph.Tests.Sweeps;

namespace TuneGraph.Tests.Cli;

/// <summary>
/// Real processes, real signals, one at a time: nothing finished is lost, and nothing is left running for ever.
/// </summary>
[Trait("Category", "Slow")]
public sealed class SignalTests : IDisposable
{
    private const string Pruner = "pruner: {type: asha, minResource: 4, reduction: 2}";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_process_killed_again_and_again_ends_with_the_trials_of_one_that_was_not()
    {
        var cancel = TestContext.Current.CancellationToken;
        var file = WineSweepFile.Write(_folder["wine.yaml"], trials: 12, epochs: 40, extra: Pruner);
        var whole = await Invocation.OfAsync("run", file, "--output", _folder["whole"], "--progress", "none");
        Assert.Equal(0, whole.ExitCode);

        foreach (var marker in (string[])["\"step\":3,", "\"trial\":4,", "\"step\":17,", "\"trial\":9,"])
        {
            using var run = CommandProcess.Start("run", file, "--output", _folder["killed"], "--json", "--resume");
            await run.ReadUntilAsync(marker, cancel);
            run.Kill();
            await run.ExitAsync(cancel);
            await AssertNothingSeemsToRunAsync();
        }

        using var last = CommandProcess.Start("run", file, "--output", _folder["killed"], "--json", "--resume");
        Assert.Equal(0, await last.ExitAsync(cancel));

        Assert.Equal(File.ReadAllText(_folder["whole/trials.csv"]), File.ReadAllText(_folder["killed/trials.csv"]));
        Assert.Equal(
            File.ReadAllBytes(_folder["whole/model.safetensors"]),
            File.ReadAllBytes(_folder["killed/model.safetensors"])
        );
        using var store = SqliteStudyStore.OpenExisting(_folder["killed/study.db"]);
        var study = store.Load("wine")!;
        Assert.Equal(StudyState.Finished, study.State);
        Assert.DoesNotContain(study.Attempts, attempt => attempt.State == AttemptState.Running);
        Assert.Contains(study.Attempts, attempt => attempt.State == AttemptState.Lost);
        Assert.DoesNotContain(study.Tasks, task => task.State == "Running");
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    public async Task A_signal_stops_the_sweep_at_a_step_and_resume_goes_on(PosixSignal signal, int exitCode)
    {
        var cancel = TestContext.Current.CancellationToken;
        var file = WineSweepFile.Write(_folder["wine.yaml"], trials: 40, epochs: 200);
        using var run = CommandProcess.Start("run", file, "--output", _folder["out"], "--json");
        await run.ReadUntilAsync("\"trial\":2,", cancel);

        run.Signal(signal);

        Assert.Equal(exitCode, await run.ExitAsync(cancel));
        await AssertNothingSeemsToRunAsync("out");
        var before = await TrialsAsync();
        using var rest = CommandProcess.Start("run", file, "--output", _folder["out"], "--json", "--resume");
        Assert.Equal(0, await rest.ExitAsync(cancel));
        Assert.Equal(before[..2], (await TrialsAsync())[..2]);
        Assert.Equal(40, (await TrialsAsync()).Length);
    }

    private async Task<string[]> TrialsAsync() =>
        (await Invocation.OfAsync("export", _folder["out"], "--format", "jsonl")).Output.Split(
            '\n',
            StringSplitOptions.RemoveEmptyEntries
        );

    private async Task AssertNothingSeemsToRunAsync(string folder = "killed")
    {
        var status = JsonDocument
            .Parse((await Invocation.OfAsync("status", _folder[folder], "--json")).Output)
            .RootElement;
        Assert.Equal("interrupted", status.GetProperty("state").GetString());
        Assert.False(status.GetProperty("trials").TryGetProperty("running", out _));
    }
}
