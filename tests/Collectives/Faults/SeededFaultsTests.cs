using System.Collections.Concurrent;
using System.Diagnostics;
using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

/// <summary>One thousand runs with one rank in trouble each; what it is comes from the run's seed.</summary>
public sealed class SeededFaultsTests
{
    private const int Calls = 6;
    private const int Runners = 8;
    private static readonly TimeSpan _stallTime = TimeSpan.FromMilliseconds(250);

    // A rank may be told of the end by others, and they by others; far above what any run takes.
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(20);

    public enum Trouble
    {
        None,
        Delay,
        Stutter,
        Drop,
        Duplicate,
        Reorder,
        Corrupt,
        Cut,
        Break,
        Kill,
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void A_hundred_runs_end_with_the_right_sums_or_a_named_error_on_every_rank(int hundred)
    {
        // Threads of their own: runs mostly wait, and would keep the pool's threads from other tests.
        var (next, errors) = (100 * hundred, new ConcurrentQueue<Exception>());
        var runners = Enumerable.Range(0, Runners).Select(_ => new Thread(() =>
        {
            int seed;
            while ((seed = Interlocked.Increment(ref next) - 1) < 100 * (hundred + 1))
            {
                if (Record.Exception(() => Run(seed)) is { } error) errors.Enqueue(error);
            }
        })).ToList();
        runners.ForEach(runner => runner.Start());
        runners.ForEach(runner => runner.Join());
        Assert.Empty(errors);
    }

    private static void Run(int seed)
    {
        var random = new Random(seed);
        var trouble = (Trouble)(seed % Enum.GetValues<Trouble>().Length);
        var worldSize = random.Next(2, 6);
        var victim = random.Next(worldSize);
        var length = random.Next(1, 3000);
        var harmless = trouble is Trouble.None or Trouble.Delay or Trouble.Stutter;
        var algorithms = Enum.GetValues<AllReduceAlgorithm>();
        var options = new ProcessGroupOptions
        {
            Algorithm = algorithms[random.Next(algorithms.Length)],
            StallTime = harmless ? TimeSpan.FromSeconds(60) : _stallTime,
            CheckMessages = true,
        };
        var plan = Plan(trouble, random);
        ProcessGroup[] groups = [.. InProcessGroup.CreateTransports(worldSize).Select(transport =>
            ProcessGroup.Over(new FaultyTransport(transport, transport.Rank == victim ? plan : new()), options))];
        var killedAt = trouble == Trouble.Kill ? random.Next(Calls) : int.MaxValue;
        var started = Stopwatch.GetTimestamp();
        var errors = Ranks.Catch(groups, group =>
        {
            for (var call = 0; call < Calls; call++)
            {
                // Killed without a word: nobody is told, and nothing is closed.
                if (group.Rank == victim && call == killedAt) return;
                var values = new float[length];
                for (var i = 0; i < length; i++) values[i] = (i % 100) + call + group.Rank;
                group.AllReduce(values);
                for (var i = 0; i < length; i++)
                    Assert.Equal(
                        (worldSize * ((i % 100) + call)) + (worldSize * (worldSize - 1) / 2), values[i]);
            }
        });
        foreach (var group in groups) group.Dispose();
        var what = $"seed {seed}: {trouble} at rank {victim} of {worldSize}, {options.Algorithm}, {length} values";
        Assert.True(Stopwatch.GetElapsedTime(started) < _deadline, what);
        if (harmless) Assert.All(errors, error => Assert.True(error is null, $"{what}: {error}"));
        else AssertNamed(what, trouble, victim, errors);
    }

    private static FaultPlan Plan(Trouble trouble, Random random)
    {
        var plan = new FaultPlan { Seed = random.Next() };
        var operation = random.Next(1, 60);
        return trouble switch
        {
            Trouble.Delay => plan with { Delay = TimeSpan.FromMilliseconds(1) },
            Trouble.Stutter => plan with { Stutter = 0.5 },
            Trouble.Drop => plan with { Drop = 0.2, Stutter = 0.2 },
            Trouble.Duplicate => plan with { Duplicate = 0.2, Stutter = 0.2 },
            Trouble.Reorder => plan with { Reorder = 0.2, Stutter = 0.2 },
            Trouble.Corrupt => plan with { Corrupt = 0.2 },
            Trouble.Cut => plan with { CutsAt = operation },
            Trouble.Break => plan with { BreaksAt = operation },
            _ => plan,
        };
    }

    /// <summary>Right sums were checked call by call; whatever else came out must say who and what.</summary>
    private static void AssertNamed(string what, Trouble trouble, int victim, Exception?[] errors)
    {
        foreach (var error in errors)
        {
            var named = error is null or CollectiveException
                || (trouble == Trouble.Break && error is IOException);
            Assert.True(named, $"{what}: {error}");
            if (error is CollectiveException) Assert.Contains("ank ", error.Message, StringComparison.Ordinal);
        }
        if (trouble != Trouble.Kill) return;
        // On a loaded machine the rank to be killed may have given up a late one before its time came; and a living
        // rank may be late as well and be named beside it.
        if (errors[victim] is null)
        {
            Assert.True(errors.Any(error => error is CollectiveStalledException stalled
                && stalled.Message.Contains($"rank {victim} has ", StringComparison.Ordinal)), what);
        }
        for (var rank = 0; rank < errors.Length; rank++)
            Assert.True(rank == victim || errors[rank] is CollectiveException, $"{what}: {errors[rank]}");
    }
}
