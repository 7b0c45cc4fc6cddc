using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

/// <summary>Every example of docs/collectives.md stands here, line for line, and runs.</summary>
public sealed class PageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tg");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Every_example_of_the_page_is_one_of_those_run_here()
    {
        var page = File.ReadAllLines(RepositoryRoot.Of("docs", "collectives.md"));
        var here = Trimmed(File.ReadAllLines(RepositoryRoot.Of("tests", "Collectives", "PageTests.cs")));
        var examples = new List<List<string>>();
        var inside = false;
        foreach (var line in page)
        {
            if (line == "```csharp") examples.Add([]);
            else if (inside && line != "```") examples[^1].Add(line);
            inside = line == "```csharp" || (inside && line != "```");
        }
        Assert.Equal(5, examples.Count);
        Assert.All(examples, example => Assert.Contains(Trimmed(example), here, StringComparison.Ordinal));
    }

    [Fact]
    public void Threads_of_one_process_average_a_gradient()
    {
        var sums = new float[2][];
        var groups = InProcessGroup.Create(2);
        var threads = groups.Select(group => new Thread(() =>
        {
            var gradient = new float[] { group.Rank, 1, 2 };
            group.AllReduce(gradient, ReduceOp.Mean); // 0.5, 1, 2 on both ranks
            sums[group.Rank] = gradient;
            group.Dispose();
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.All(sums, sum => Assert.Equal([0.5f, 1, 2], sum));
    }

    [Fact]
    public void Ranks_meet_in_a_folder_and_talk_by_tls()
    {
        const int worldSize = 2;
        var folder = _folder.FullName;
        Parallel.For(0, worldSize, new ParallelOptions { MaxDegreeOfParallelism = worldSize }, Run);

        void Run(int rank)
        {
            var gradient = new float[] { rank };
            using var store = new FileStore(folder);
            var options = new SocketOptions { Token = "a secret of this group", Encrypt = true };
            using var group = SocketGroup.Join("run-1", rank, worldSize, store, options);
            group.Label = "fc2"; // named in errors and on the timeline
            group.AllReduce(gradient);
            Assert.Equal([1], gradient);
        }
    }

    [Fact]
    public void Trouble_is_made_on_order()
    {
        var faults = new FaultPlan { Seed = 7, Corrupt = 0.5 };
        var transports = InProcessGroup.CreateTransports(2);
        var options = new ProcessGroupOptions { CheckMessages = true };
        using var careful = ProcessGroup.Over(new FaultyTransport(transports[0], new()), options);
        using var troubled = ProcessGroup.Over(new FaultyTransport(transports[1], faults), options);
        var errors = Ranks.Catch([careful, troubled], group =>
        {
            for (var i = 0; i < 100; i++) group.AllReduce(new float[10]);
        });
        Assert.IsType<CollectiveCorruptedException>(errors[1]);
    }

    [Fact]
    public void A_timeline_becomes_a_trace()
    {
        using var file = new MemoryStream();
        var timeline = new CollectiveTimeline();
        using var group = InProcessGroup.Create(1, new() { Timeline = timeline })[0];
        timeline.WriteChromeTrace(file);
        Assert.NotEqual(0, file.Length);
    }

    [Fact]
    public void Buckets_average_gradients_and_find_their_size()
    {
        const int steps = 20;
        int[] parameterLengths = [1000, 2000, 30];
        Ranks.Run(InProcessGroup.Create(2), group =>
        {
            using var buckets = new GradientBuckets<float>(group, parameterLengths, new() { TuningSteps = 5 });
            for (var step = 0; step < steps; step++)
            {
                for (var parameter = parameterLengths.Length - 1; parameter >= 0; parameter--)
                {
                    buckets.Gradient(parameter).Span.Fill(group.Rank); // the backward pass
                    buckets.MarkReady(parameter);
                }
                buckets.Wait(); // now they are means
            }
            Assert.All(buckets.Gradient(1).ToArray(), x => Assert.Equal(0.5f, x));
        });
    }

    private static string Trimmed(IEnumerable<string> lines) => string.Join('\n', lines.Select(line => line.Trim()));
}
