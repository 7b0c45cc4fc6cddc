using System.Globalization;
using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Benchmarks;

/// <summary>
/// Bytes until a support vector machine is within 1e-3 of its least objective: CoCoA+ by its duality gap, which proves
/// it, and synchronous mini-batch subgradient descent by the true distance, which it cannot know itself. Descent gets
/// the step 1 / (λ t) of Pegasos (Shalev-Shwartz et al. 2011), averages its last half, and the best of several batches.
/// Run: dotnet run --project benchmarks -c Release -- cocoa [ranks=4] [words|normal]
/// </summary>
internal static class CocoaBenchmark
{
    private const int Rows = 4000, Features = 1000, Words = 50, MostSteps = 40_000;
    private const double Target = 1e-3;

    public static int Run(string[] args)
    {
        var ranks = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 4;
        var isText = args is not [_, "normal", ..];
        Console.WriteLine($"{Rows} x {Features} {(isText ? "word counts" : "normal values, 50 a row,")} of unit "
            + $"length, {ranks} ranks; bytes of all to {Target}");
        Console.WriteLine($"{"λ",8} {"CoCoA+ rounds",14} {"bytes",12}  steps, bytes / CoCoA+'s, of descent by batch");
        var data = Data(isText);
        foreach (var lambda in (double[])[1e-3, 2.5e-4, 1e-4])
        {
            var least = Cocoa(data, ranks, lambda, rounds: 2000, gap: 1e-5).Dual;
            var cocoa = Cocoa(data, ranks, lambda, rounds: 2000, gap: Target);
            var line = string.Create(
                CultureInfo.InvariantCulture, $"{lambda,8} {cocoa.Rounds,14} {cocoa.Bytes,12:N0} ");
            foreach (var batch in (int[])[32, 128, 512, Rows])
            {
                var steps = Descend(data, lambda, batch, least);
                var ratio = 2.0 * (ranks - 1) * 8 * Features * steps / cocoa.Bytes;
                line += string.Create(CultureInfo.InvariantCulture,
                    $"  {batch}: {(steps > MostSteps ? ">" : "")}{steps}, {ratio:N1}x");
            }
            Console.WriteLine(line);
        }
        return 0;
    }

    private static (int Rounds, long Bytes, double Dual) Cocoa(
        Dataset data, int ranks, double lambda, int rounds, double gap)
    {
        var spec = new TrainingSpec
        {
            Model = new LogisticSpec(),
            Optimizer = new OptimizerSpec(),
            Strategy = new CocoaStrategy { Lambda = lambda, Bias = false, TargetGap = gap, LocalEpochs = 10 },
            Epochs = rounds,
            BatchSize = 1,
        };
        var (used, bytes, dual) = (0, 0L, 0.0);
        var groups = InProcessGroup.Create(ranks);
        var threads = groups.Select(group => new Thread(() =>
        {
            Trainer.Train(spec, data, null, group, null, rounds, report =>
            {
                var measures = report.Measures.ToDictionary();
                used = report.Epoch;
                bytes += (long)measures["bytes"];
                dual = measures["objective"] - measures["duality_gap"];
                return measures["duality_gap"] <= gap ? EpochVerdict.Stop : EpochVerdict.Continue;
            });
            group.Dispose();
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return (used, bytes, dual);
    }

    /// <summary>Steps until the averaged weights are within the target; each exchanges one gradient.</summary>
    private static int Descend(Dataset data, double lambda, int batch, double least)
    {
        var rows = SparseVectors.Rows(data, 0, data.Rows, bias: false);
        var random = new Random(1);
        var (w, sum, gradient) = (new double[Features], new double[Features], new double[Features]);
        var (counted, restart) = (0, 2);
        for (var step = 1; step <= MostSteps; step++)
        {
            Array.Clear(gradient);
            for (var i = 0; i < batch; i++)
            {
                var row = batch == data.Rows ? i : random.Next(data.Rows);
                var y = DualProblem.TargetOf(data, row);
                if (y * rows.Dot(row, w) < 1)
                    rows.AddTo(row, y / batch, gradient);
            }
            if (step == restart)
            {
                Array.Clear(sum);
                (counted, restart) = (0, 2 * restart);
            }
            counted++;
            for (var f = 0; f < Features; f++)
            {
                w[f] += ((gradient[f] / lambda) - w[f]) / step;
                sum[f] += w[f];
            }
            // Looking costs nothing here: only bytes count.
            var due = step % Math.Max(1, step / 50) == 0;
            if (due && (Objective(rows, data, w, lambda) - least <= Target
                || Objective(rows, data, Array.ConvertAll(sum, s => s / counted), lambda) - least <= Target))
                return step;
        }
        return MostSteps + 1;
    }

    private static double Objective(SparseVectors rows, Dataset data, double[] w, double lambda)
    {
        var loss = 0.0;
        for (var row = 0; row < data.Rows; row++)
            loss += Math.Max(0, 1 - (DualProblem.TargetOf(data, row) * rows.Dot(row, w)));
        return (loss / data.Rows) + (lambda / 2 * w.Sum(value => value * value));
    }

    private static Dataset Data(bool isText)
    {
        var random = new Random(3);
        var plane = Enumerable.Range(0, Features).Select(_ => random.NextDouble() - 0.5).ToArray();
        var (inputs, labels) = (new float[Rows * Features], new int[Rows]);
        for (var row = 0; row < Rows; row++)
        {
            var x = inputs.AsSpan(row * Features, Features);
            for (var word = 0; word < Words; word++)
            {
                if (!isText)
                {
                    x[random.Next(Features)] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
                        * Math.Cos(2 * Math.PI * random.NextDouble()));
                    continue;
                }
                // Zipf's law: a word of rank r by a share of 1 / r.
                var f = (int)Math.Exp(random.NextDouble() * Math.Log(Features + 1)) - 1;
                x[Math.Min(f, Features - 1)]++;
            }
            var (z, norm) = (0.0, 0.0);
            for (var f = 0; f < Features; f++)
                norm += x[f] * x[f];
            for (var f = 0; f < Features; f++)
            {
                x[f] /= (float)Math.Sqrt(norm);
                z += plane[f] * x[f];
            }
            labels[row] = z > 0 != random.NextDouble() < 0.05 ? 1 : 0;
        }
        return Dataset.ForClassification(new DataSchema
        {
            Task = LearningTask.Classification,
            FeatureNames = [.. Enumerable.Range(0, Features).Select(f => $"f{f}")],
            ClassNames = ["no", "yes"],
            Standardizer = Standardizer.Identity(Features),
        }, inputs, labels);
    }
}
