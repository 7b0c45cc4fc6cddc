using TuneGraph.Training;

namespace TuneGraph.Tests.Sweeps.Run;

/// <summary>What trials print, kept with their study.</summary>
[Collection(nameof(Alone))]
public sealed class PrintedTests
{
    [Fact]
    public async Task What_a_function_prints_is_kept_with_its_trial_and_the_error_that_ended_it_comes_last()
    {
        using var store = new MemoryStudyStore();
        var spec = Sweep.Named("printing").Minimize("value").Trials(2).Parallel(2).Build(async (trial, stop) =>
        {
            Console.Write("begins ");
            Console.WriteLine(trial.Number);
            await Task.Yield();
            await Console.Error.WriteLineAsync("warning\n\tof x");
            Console.Write("no end of line");
            return trial.Number == 1 ? throw new InvalidOperationException("it does not work") : 0.5;
        });

        await new SweepRunner(spec, new SweepRunOptions { Store = store }).RunAsync();

        Assert.Equal(["begins 0", "warning", "\tof x", "no end of line"], Of(0).Select(line => line.Text));
        Assert.Equal([false, true, true, false], Of(0).Select(line => line.IsError));
        var failed = Of(1);
        Assert.Equal("begins 1", failed[0].Text);
        Assert.Equal(["System.InvalidOperationException: it does not work"],
            failed.Where(line => line.Rank is null).Take(1).Select(line => line.Text));
        Assert.StartsWith("   at ", failed[^1].Text);

        List<PrintedLine> Of(int trial) =>
            [.. store.Printed("printing", new PrintedQuery { Trial = trial }).Select(line => line.Line)];
    }

    [Fact]
    public async Task Nothing_is_kept_of_a_run_that_is_told_to_keep_nothing()
    {
        using var store = new MemoryStudyStore();
        var spec = Sweep.Named("quiet").Minimize("value").Trials(1).Build((trial, stop) =>
        {
            Console.WriteLine("heard by nobody");
            return ValueTask.FromResult(trial.Float("x", 0, 1));
        });

        await new SweepRunner(spec, new SweepRunOptions { Store = store, KeepsPrinted = false }).RunAsync();

        Assert.Empty(store.Printed("quiet", new PrintedQuery()));
    }

    [Fact]
    public void That_a_training_diverged_is_told_without_a_stack()
    {
        var output = new TrialOutput(new SecretMask());
        var error = Record.Exception(Diverge)!;

        output.Add(error);

        Assert.Equal(error.Message, Assert.Single(output.Take(isLast: true)).Text);

        static void Diverge() => throw new TrainingDivergedException(3, "training", double.NaN);
    }

    [Fact]
    public void Secrets_are_taken_out_wherever_they_are_printed()
    {
        const string Name = "TUNEGRAPH_TEST_PASSWORD";
        Environment.SetEnvironmentVariable(Name, "Host=db;Password=open sesame;Database=x");
        try
        {
            var output = new TrialOutput(new SecretMask("told-by-the-host", null, ""));
            output.Write(0, isError: false, "a open ses");
            output.Write(0, isError: false, "ame b\n");
            output.Add(new PrintedLine(null, true, "Bearer told-by-the-host, Host=db;Password=open sesame;Database=x"));

            Assert.Equal(["a *** b", "Bearer ***, ***"], output.Take().Select(line => line.Text));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Name, null);
        }
    }

    [Fact]
    public void What_comes_faster_than_it_is_taken_pushes_the_oldest_out_and_says_so()
    {
        var told = 0;
        var output = new TrialOutput(new SecretMask(), () => told++);
        output.Write(3, isError: false, string.Concat(Enumerable.Range(0, 30_000).Select(i => $"line {i}\n")));

        var lines = output.Take();

        Assert.Equal(1, told);
        Assert.Contains("lines are left out here", lines[0].Text, StringComparison.Ordinal);
        Assert.Equal("line 29999", lines[^1].Text);
        Assert.InRange(lines.Sum(line => line.Text.Length + 1), TrialOutput.MostHeld / 2, TrialOutput.MostHeld + 100);
        Assert.Empty(output.Take(isLast: true));
    }

    [Fact]
    public void A_line_that_never_ends_is_cut_instead_of_held()
    {
        var output = new TrialOutput(new SecretMask());
        foreach (var _ in Enumerable.Range(0, 100))
            output.Write(0, isError: true, new string('x', 1000));

        var lines = output.Take(isLast: true);

        Assert.InRange(lines.Length, 5, 7);
        Assert.All(lines, line => Assert.True(line.Text.Length <= PrintedLine.MostCharacters));
    }
}
