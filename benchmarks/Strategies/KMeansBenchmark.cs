using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Benchmarks;

/// <summary>
/// Seconds per iteration of Lloyd's k-means beside scikit-learn, turn by turn, from the same first centres: 200,000 x
/// 32 float32, k = 50.
/// Run: dotnet run --project benchmarks -c Release -- kmeans [ranks=2] [turns=5]
/// The peer is sklearn.cluster.KMeans with algorithm "lloyd" and as many OpenMP threads as there are ranks here.
/// </summary>
internal static class KMeansBenchmark
{
    private const int Rows = 200_000, Features = 32, Clusters = 50, Iterations = 20;

    public static int Run(string[] args)
    {
        var ranks = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2;
        var turns = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5;
        var data = Gaussians();
        var file = Path.Combine(Path.GetTempPath(), $"tunegraph-kmeans-{Environment.ProcessId}.f32");
        File.WriteAllBytes(file, MemoryMarshal.AsBytes(data.Inputs).ToArray());
        try
        {
            using var peer = Start(file, ranks);
            Console.WriteLine(
                $"{Rows} x {Features}, k = {Clusters}, {ranks} ranks or threads, milliseconds per iteration");
            Console.WriteLine($"{"TuneGraph",10} {peer.StandardOutput.ReadLine(),20} {"ratio",6} {"costs",24}");
            var ratios = new List<double>();
            for (var turn = 0; turn < turns; turn++)
            {
                var (own, cost) = Own(data, ranks, (ulong)turn);
                peer.StandardInput.WriteLine(string.Join(' ', FirstCentres((ulong)turn)));
                var answer = peer.StandardOutput.ReadLine()!.Split(' ');
                var other = double.Parse(answer[0], CultureInfo.InvariantCulture);
                ratios.Add(other / own);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{own * 1000,10:N2} {other * 1000,20:N2} {other / own,6:N2} {cost,12:N0} {answer[1],11}"));
            }
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"median ratio {ratios.Order().ElementAt(turns / 2):N2}"));
            peer.StandardInput.Close();
            peer.WaitForExit();
        }
        finally
        {
            File.Delete(file);
        }
        return 0;
    }

    private static (double Seconds, double Cost) Own(Dataset data, int ranks, ulong seed)
    {
        var spec = new TrainingSpec
        {
            Model = new CentroidsSpec { Clusters = Clusters },
            Optimizer = new OptimizerSpec(),
            Strategy = new KMeansStrategy { Seeding = KMeansSeeding.Random, Tolerance = 0 },
            Epochs = Iterations,
            BatchSize = 1,
            Seed = seed,
        };
        var (seconds, cost) = (0.0, 0.0);
        var groups = InProcessGroup.Create(ranks);
        var threads = groups.Select(group => new Thread(() =>
        {
            Trainer.Train(spec, data, null, group, null, Iterations, report =>
            {
                seconds += report.Seconds.Forward;
                cost = report.TrainLoss * Rows;
                return EpochVerdict.Continue;
            });
            group.Dispose();
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return (seconds / Iterations, cost);
    }

    /// <summary>The rows that random seeding takes.</summary>
    private static IEnumerable<int> FirstCentres(ulong seed)
    {
        var order = Enumerable.Range(0, Rows).ToArray();
        RandomStream.Strategy(seed, StrategyDraw.FirstCentre, 1).Shuffle(order);
        return order.Take(Clusters);
    }

    private static Process Start(string file, int threads)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", [
            Path.Combine(TrainingThroughput.FindRoot(), "benchmarks", "Strategies", "sklearn_kmeans.py"), file,
            Features.ToString(CultureInfo.InvariantCulture), Clusters.ToString(CultureInfo.InvariantCulture),
            Iterations.ToString(CultureInfo.InvariantCulture),
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["OMP_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture);
        // OpenBLAS 0.3.21 takes newer processors for Haswell.
        if (System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated)
            start.Environment["OPENBLAS_CORETYPE"] = "SKYLAKEX";
        return Process.Start(start)!;
    }

    private static Dataset Gaussians()
    {
        var random = new Random(1);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
            * Math.Cos(2 * Math.PI * random.NextDouble());
        var centres = new double[Clusters * Features];
        for (var i = 0; i < centres.Length; i++)
            centres[i] = 2 * Normal();
        var inputs = new float[Rows * Features];
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = (float)(centres[((i / Features % Clusters) * Features) + (i % Features)] + Normal());
        return Dataset.ForRegression(new DataSchema
        {
            Task = LearningTask.Regression,
            FeatureNames = [.. Enumerable.Range(0, Features).Select(f => $"f{f}")],
            Standardizer = Standardizer.Identity(Features),
        }, inputs, new float[Rows]);
    }
}
