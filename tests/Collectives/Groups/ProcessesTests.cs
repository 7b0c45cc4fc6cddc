using System.Diagnostics;

namespace TuneGraph.Tests.Collectives;

/// <summary>Groups whose ranks are real processes.</summary>
public sealed class ProcessesTests : IDisposable
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(180);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tg");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("shm", 3)]
    [InlineData("tcp", 3)]
    [InlineData("tls", 2)]
    [InlineData("unix", 2)]
    public void Processes_get_the_sums_that_threads_get(string kind, int worldSize)
    {
        var lines = Start(kind, worldSize, "sum");
        var expected = SumsOfThreads(worldSize);
        Assert.All(lines, line => Assert.Equal(expected, line));
    }

    [Theory]
    [InlineData("tcp", "data", 2)]
    [InlineData("tcp", "pipeline", 3)]
    [InlineData("shm", "pipeline", 2)]
    [InlineData("tcp", "tensor", 2)]
    [InlineData("tls", "mixed", 4)]
    [InlineData("tcp", "model-average", 2)]
    [InlineData("tcp", "federated", 2)]
    [InlineData("tcp", "parameter-server", 2)]
    public void Processes_train_the_bits_that_threads_train(string kind, string strategy, int worldSize)
    {
        var expected = Start("threads", 1, strategy, ranks: worldSize)[0];
        Assert.StartsWith("trained ", expected, StringComparison.Ordinal);
        Assert.All(Start(kind, worldSize, strategy), line => Assert.Equal(expected, line));
    }

    [Theory]
    [InlineData("shm", 3)]
    [InlineData("tcp", 3)]
    public void A_killed_process_is_named_to_all_who_wait_for_it(string kind, int worldSize)
    {
        if (kind == "shm" && !OperatingSystem.IsLinux()) Assert.Skip("Death of a process is seen in /proc.");
        var lines = Start(kind, worldSize, "die");
        Assert.Equal("", lines[1]);
        for (var rank = 0; rank < worldSize; rank++)
        {
            if (rank == 1) continue;
            Assert.Matches(@"^aborted by [0-9]+ in all-reduce #8 ", lines[rank]);
            Assert.Matches("by 1 in .*(died|broke)|Rank 1 aborted the group: its (process|connection)", lines[rank]);
        }
    }

    [Theory]
    [InlineData("shm", 3)]
    [InlineData("tcp", 3)]
    [InlineData("tls", 2)]
    public void A_stopped_process_is_named_within_the_stall_time_and_nobody_hangs(string kind, int worldSize)
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has no SIGSTOP.");
        var lines = Start(kind, worldSize, "stop", stopped: 1);
        for (var rank = 0; rank < worldSize; rank++)
        {
            if (rank == 1) continue;
            Assert.Matches(@"^(stalled|aborted) by [0-9]+ in all-reduce #8 ", lines[rank]);
            Assert.Matches("waits for rank 1: .*rank 1 (has|is) ", lines[rank]);
        }
        Assert.Contains(lines, line => line.StartsWith("stalled by 1 ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_cut_link_between_two_networks_is_told_on_both_sides()
    {
        using var networks = TwoNetworks.TryMake();
        if (networks is null) Assert.Skip("Network namespaces need Linux, iproute2 and the right to make them.");
        var lines = Start(
            "", 2, "cut", stopped: -1,
            rank => ("ip", ["netns", "exec", networks.Name(rank), "dotnet"], TwoNetworks.Address(rank)));
        Assert.Matches("^stalled by 1 in all-reduce #[89] .*rank 1 ", lines[0]);
        Assert.Matches("^stalled by 0 in all-reduce #[89] .*rank 0 ", lines[1]);
    }

    private static string SumsOfThreads(int worldSize)
    {
        var hash = 17L;
        var randoms = Enumerable.Range(0, worldSize).Select(rank => new Random(rank)).ToArray();
        for (var step = 0; step < 20; step++)
        {
            var sums = new long[step * step * 977];
            foreach (var random in randoms)
            {
                for (var i = 0; i < sums.Length; i++) sums[i] += random.Next(1000);
            }
            foreach (var sum in sums) hash = unchecked((hash * 31) + sum);
        }
        return $"sum {hash}";
    }

    /// <param name="kind">How the ranks are connected.</param>
    /// <param name="worldSize">Number of processes.</param>
    /// <param name="scenario">What they do.</param>
    /// <param name="stopped">The rank that will not end by itself; −1 for none.</param>
    /// <param name="place">Where else than here a rank runs: program, arguments before ours, address.</param>
    /// <param name="ranks">Number of ranks, if that is not the number of processes.</param>
    private string[] Start(
        string kind, int worldSize, string scenario, int stopped = -1,
        Func<int, (string Program, string[] Arguments, string Address)>? place = null, int? ranks = null)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "TuneGraph.Tests.Rank.dll");
        var cancellationToken = TestContext.Current.CancellationToken;
        var processes = Enumerable.Range(0, worldSize).Select(StartRank).ToArray();
        var lines = processes.Select(process => process.StandardOutput.ReadToEndAsync(cancellationToken)).ToArray();
        foreach (var process in processes.Where((_, rank) => rank != stopped))
        {
            if (process.WaitForExit(_deadline)) continue;
            foreach (var each in processes) each.Kill();
            Assert.Fail($"A rank still runs after {_deadline.TotalSeconds} s.");
        }
        if (stopped >= 0) processes[stopped].Kill();
        return [.. lines.Select(line => line.GetAwaiter().GetResult().Trim())];

        Process StartRank(int rank)
        {
            var (runner, before, address) = place?.Invoke(rank) ?? ("dotnet", [], kind);
            string[] arguments = [program, address, _folder.FullName, $"{rank}", $"{ranks ?? worldSize}", scenario];
            return Process.Start(new ProcessStartInfo(runner, [.. before, .. arguments])
            {
                RedirectStandardOutput = true,
            })!;
        }
    }
}
