using System.Text.Json;
using TuneGraph.Tests.Sweeps;

namespace TuneGraph.Tests.Cli;

public sealed class VerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Output => _folder["out"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_tells_every_trial_on_a_line_and_where_the_results_are()
    {
        var run = await Invocation.OfAsync("run", WineSweepFile.Write(_folder["wine.yaml"]), "--output", Output);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(6, run.Output.Split('\n').Count(line => line.StartsWith("trial ", StringComparison.Ordinal)));
        Assert.Contains("test_accuracy", run.Output, StringComparison.Ordinal);
        Assert.Contains("model.safetensors", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task Run_with_json_writes_nothing_but_objects_a_line()
    {
        var run = await Invocation.OfAsync(
            "run",
            WineSweepFile.Write(_folder["wine.yaml"]),
            "--output",
            Output,
            "--json"
        );

        var events = run
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString())
            .ToList();
        Assert.Equal(("started", "ended"), (events.First(name => name != "stage"), events[^1]));
        Assert.Equal(36, events.Count(name => name == "step"));
    }

    [Fact]
    public async Task Run_verifies_the_first_steps_of_each_trial()
    {
        var file = WineSweepFile.Write(
            _folder["wine.yaml"], trials: 2, change: ("batchSize: 16", "batchSize: 16, parallel: {worldSize: 2}"));

        var plain = await Invocation.OfAsync("run", file, "--output", Output, "--verify", "3");
        var json = await Invocation.OfAsync("run", file, "--output", _folder["json"], "--json", "--verify");

        Assert.Equal((0, ""), (plain.ExitCode, plain.Error));
        Assert.Equal(2, plain.Output.Split('\n').Count(line =>
            line.Contains(" verified, 3 steps beside one rank alone: ", StringComparison.Ordinal)
            && (line.Contains("equal to the last bit", StringComparison.Ordinal)
                || line.Contains(", within 1.7E-05; ", StringComparison.Ordinal))
            && line.Contains("bytes sent, as the formula says", StringComparison.Ordinal)));
        Assert.Contains("\"event\":\"verified\",\"trial\":0,\"steps\":", json.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_says_what_the_sweep_is_and_starts_nothing()
    {
        var check = await Invocation.OfAsync("validate", WineSweepFile.Write(_folder["wine.yaml"]));

        Assert.Equal(0, check.ExitCode);
        Assert.Contains(
            "is valid: sweep 'wine', 2 parameters, 6 trials, auto and none",
            check.Output,
            StringComparison.Ordinal
        );
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Validate_lists_every_mistake_with_its_place_and_exits_with_3()
    {
        var file = WineSweepFile.Write(_folder["bad.yaml"], change: ("budget: {trials: 6", "budget: {trails: 6"));

        var check = await Invocation.OfAsync("validate", file);

        Assert.Equal((3, ""), (check.ExitCode, check.Output));
        Assert.Equal(
            $"{file}(12,10): error TG0103: unknown key 'trails' in budget (did you mean 'trials'?); allowed: "
            + $"trials, parallel, steps, timeout, cost, costMetric, regret, maxFailed\n",
            check.Error
        );
    }

    [Fact]
    public async Task Validate_with_json_gives_the_same_as_one_document()
    {
        var file = WineSweepFile.Write(_folder["bad.yaml"], change: ("budget: {trials: 6", "budget: {trails: 6"));

        var check = await Invocation.OfAsync("validate", file, "--json");

        var document = JsonDocument.Parse(check.Output).RootElement;
        Assert.Equal(3, check.ExitCode);
        Assert.False(document.GetProperty("valid").GetBoolean());
        Assert.Equal("TG0103", document.GetProperty("diagnostics")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task Status_best_and_export_read_a_stored_study()
    {
        var file = WineSweepFile.Write(_folder["wine.yaml"]);
        await Invocation.OfAsync("run", file, "--output", Output, "--progress", "none");

        var status = await Invocation.OfAsync("status", Output);
        var best = await Invocation.OfAsync("best", Output, "--as", "args");
        var csv = await Invocation.OfAsync("export", Output);
        var lines = await Invocation.OfAsync("export", Output, "--format", "jsonl");

        Assert.Contains("wine (finished)", status.Output, StringComparison.Ordinal);
        Assert.Contains("6 of 6: 6 completed", status.Output, StringComparison.Ordinal);
        Assert.Matches(@"^--width=\d+ --lr=0\.\d+\n$", best.Output);
        Assert.Equal(File.ReadAllText(Path.Combine(Output, "trials.csv")), csv.Output);
        Assert.Equal(6, lines.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.All(
            lines.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Equal("completed", JsonDocument.Parse(line).RootElement.GetProperty("state").GetString())
        );
    }

    [Fact]
    public async Task Best_as_json_agrees_with_status_as_json()
    {
        await Invocation.OfAsync(
            "run",
            WineSweepFile.Write(_folder["wine.yaml"]),
            "--output",
            Output,
            "--progress",
            "none"
        );

        var best = JsonDocument.Parse((await Invocation.OfAsync("best", Output, "--json")).Output).RootElement;
        var status = JsonDocument.Parse((await Invocation.OfAsync("status", Output, "--json")).Output).RootElement;

        Assert.Equal(
            best.GetProperty("value").GetDouble(),
            status.GetProperty("best").GetProperty("value").GetDouble()
        );
        Assert.Equal(6, status.GetProperty("trials").GetProperty("completed").GetInt32());
    }

    [Fact]
    public async Task A_study_that_is_not_there_is_exit_code_4()
    {
        var status = await Invocation.OfAsync("status", _folder["nowhere"]);

        Assert.Equal(4, status.ExitCode);
        Assert.Contains("There is no study at", status.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Running_a_study_twice_is_exit_code_7_with_both_ways_out()
    {
        var file = WineSweepFile.Write(_folder["wine.yaml"], trials: 2);
        await Invocation.OfAsync("run", file, "--output", Output, "--progress", "none");

        var again = await Invocation.OfAsync("run", file, "--output", Output);

        Assert.Equal(7, again.ExitCode);
        Assert.Contains("--resume", again.Error, StringComparison.Ordinal);
        Assert.Contains("--output FOLDER", again.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--resume")]
    [InlineData("--progress=plain")]
    public async Task A_folder_that_holds_another_study_keeps_its_model(string option)
    {
        var file = WineSweepFile.Write(_folder["wine.yaml"], trials: 1);
        await Invocation.OfAsync("run", file, "--output", Output, "--progress", "none");
        var model = File.ReadAllBytes(Path.Combine(Output, "model.safetensors"));
        var other = WineSweepFile.Write(_folder["other.yaml"], trials: 2, change: ("name: wine", "name: other"));

        var run = await Invocation.OfAsync("run", other, "--output", Output, option);

        Assert.Equal((7, ""), (run.ExitCode, run.Output));
        Assert.Contains("holds the study 'wine'", run.Error, StringComparison.Ordinal);
        Assert.Contains("--output FOLDER", run.Error, StringComparison.Ordinal);
        Assert.Equal(model, File.ReadAllBytes(Path.Combine(Output, "model.safetensors")));
    }

    [Fact]
    public async Task A_folder_in_place_of_a_sweep_file_is_called_one()
    {
        var run = await Invocation.OfAsync("run", _folder.Path);

        Assert.Equal(
            (3, $"{_folder.Path}(1,1): error TG0001: this is a folder; name the sweep file in it\n"),
            (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task Data_that_cannot_be_used_is_one_message_and_exit_code_3()
    {
        File.WriteAllText(_folder["bad.csv"], "a,b,kind\n1,2,x\n3,oops,y\n");
        var file = WineSweepFile.Write(
            _folder["wine.yaml"],
            change: (
                $"{RepositoryRoot.Of("examples", "data", "wine.csv.gz")}, target: cultivar",
                $"{_folder["bad.csv"]}, target: kind"
            )
        );

        var run = await Invocation.OfAsync("run", file, "--output", Output);

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("bad.csv(3,3)", run.Error, StringComparison.Ordinal);
        Assert.Contains("oops", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.False(Directory.Exists(Output));
    }

    [Theory]
    [InlineData("--trials", "0", "at least 1")]
    [InlineData("--timeout", "soon", "write a duration such as")]
    [InlineData("--trails", "5", "'--trails' is no option of 'run' (did you mean '--trials'?)")]
    [InlineData("--trials", "many", "'many' is no value for --trials; write --trials and a whole number")]
    [InlineData("--dashboard", "99999", "--dashboard is 99999; a port is from 0, which takes a free one, to 65535")]
    [InlineData("--progress", "fancy", "'fancy' is no value for --progress; write --progress auto|plain|json|none")]
    public async Task Wrong_usage_is_exit_code_2_and_keeps_standard_output_clean(
        string option,
        string value,
        string advice
    )
    {
        var run = await Invocation.OfAsync("run", WineSweepFile.Write(_folder["wine.yaml"]), option, value);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(advice, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'--hlep' is no option of 'run' (did you mean '--help'?)", "run", "--hlep")]
    [InlineData("'--halp' is no option of 'tunegraph' (did you mean '--help'?)", "--halp")]
    [InlineData("'--json' is no option of 'show'", "show", "--json")]
    [InlineData("'b' is no trial; write a whole number.", "retry", "wine", "b")]
    public async Task A_slip_is_told_as_what_it_is(string message, params string[] arguments)
    {
        var call = await Invocation.OfAsync(arguments);

        Assert.Equal((2, ""), (call.ExitCode, call.Output));
        Assert.StartsWith($"error: {message}", call.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scheduler_that_does_not_answer_is_told_in_whole_sentences()
    {
        var status = await Invocation.OfAsync("status", "wine", "--server", "http://127.0.0.1:1");

        Assert.Equal(1, status.ExitCode);
        Assert.EndsWith(
            "(127.0.0.1:1). Is it running, and is the address right?\n", status.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "Ctrl-C (or SIGTERM) once")]
    [InlineData("best", "Examples:")]
    [InlineData("status", "Exit codes:")]
    public async Task Help_is_a_manual_page(string verb, string chapter)
    {
        var help = await Invocation.OfAsync(verb, "--help");

        Assert.Equal(0, help.ExitCode);
        Assert.Contains(chapter, help.Output, StringComparison.Ordinal);
    }
}
