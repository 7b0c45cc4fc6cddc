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
    [InlineData("unix", 2)]
    public void Processes_get_the_sums_that_threads_get(string kind, int worldSize)
    {
        var lines = Start(kind, worldSize, "sum");
        var expected = SumsOfThreads(worldSize);
        Assert.All(lines, line => Assert.Equal(expected, line));
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

    private string[] Start(string kind, int worldSize, string scenario)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "TuneGraph.Tests.Rank.dll");
        var cancellationToken = TestContext.Current.CancellationToken;
        var processes = Enumerable.Range(0, worldSize).Select(StartRank).ToArray();
        var lines = processes.Select(process => process.StandardOutput.ReadToEndAsync(cancellationToken)).ToArray();
        foreach (var process in processes)
        {
            if (process.WaitForExit(_deadline)) continue;
            foreach (var each in processes) each.Kill();
            Assert.Fail($"A rank still runs after {_deadline.TotalSeconds} s.");
        }
        return [.. lines.Select(line => line.GetAwaiter().GetResult().Trim())];

        Process StartRank(int rank) => Process.Start(new ProcessStartInfo(
            "dotnet", [program, kind, _folder.FullName, $"{rank}", $"{worldSize}", scenario])
        {
            RedirectStandardOutput = true,
        })!;
    }
}
