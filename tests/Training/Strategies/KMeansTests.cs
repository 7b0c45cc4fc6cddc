using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Parallel k-means: Bahmani et al. 2012 (k-means‖), Lloyd 1982, Sculley 2010.</summary>
public sealed class KMeansTests
{
    private const int Clusters = 12;

    private static readonly Dataset _train = SyntheticData.Classes(6000, 7, Clusters);
    private static readonly Dataset _validation = SyntheticData.Classes(700, 7, Clusters, seed: 1);

    public static MatrixTheoryData<KMeansSeeding, int> Runs => new(Enum.GetValues<KMeansSeeding>(), [0, 600]);

    [Theory]
    [MemberData(nameof(Runs))]
    public void One_four_and_sixteen_partitions_give_the_same_bits(KMeansSeeding seeding, int batchRows)
    {
        var spec = Spec(new KMeansStrategy { Seeding = seeding, BatchRows = batchRows }, epochs: 4);

        var alone = Train(spec, _train, 1).Centres;

        Assert.Equal(alone, Train(spec, _train, 4).Centres);
        Assert.Equal(alone, Train(spec, _train, 16).Centres);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_iteration_raises_the_cost(ulong seed)
    {
        var strategy = new KMeansStrategy { Seeding = KMeansSeeding.Random, Tolerance = 0 };
        var costs = Train(Spec(strategy, epochs: 25) with { Seed = seed }, _train, 2).Losses;

        // What rounding to float32 may do, and no more.
        Assert.All(costs.Zip(costs.Skip(1)), pair => Assert.True(pair.Second <= pair.First * (1 + 1e-6)));
        Assert.True(costs[^1] < costs[0]);
    }

    [Fact]
    public void Iterations_are_those_of_a_plain_program_in_double()
    {
        var strategy = new KMeansStrategy { Seeding = KMeansSeeding.Random, Tolerance = 0 };
        var first = Train(Spec(strategy, epochs: 1), _train, 3);
        var later = Train(Spec(strategy, epochs: 6), _train, 3);

        var expected = PlainLloyd(_train, Array.ConvertAll(first.Centres, value => (double)value), iterations: 5);

        Assert.Equal(expected.Cost, later.Losses[^1], expected.Cost * 1e-5);
        Assert.All(expected.Centres.Zip(later.Centres), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    [Fact]
    public void Seeding_in_parallel_costs_no_more_than_one_row_after_the_other()
    {
        // 40 Gaussians far apart: a seeding that misses one pays for it.
        var data = SyntheticData.Far(4000, 15, groups: 40);
        double Median(KMeansSeeding seeding) => Enumerable.Range(0, 9)
            .Select(seed => Train(
                Spec(new KMeansStrategy { Seeding = seeding }, epochs: 1, clusters: 40) with { Seed = (ulong)seed },
                data, 2).Losses[0])
            .Order().ElementAt(4);

        Assert.True(Median(KMeansSeeding.Parallel) <= Median(KMeansSeeding.PlusPlus));
        Assert.True(Median(KMeansSeeding.PlusPlus) < 0.5 * Median(KMeansSeeding.Random));
    }

    [Fact]
    public void An_empty_cluster_gets_the_row_that_lies_farthest_from_its_centre()
    {
        // Five points, of which one occurs 996 times: rows at random are that one, five times over.
        var inputs = new float[1000 * 2];
        for (var i = 1; i < 5; i++)
            (inputs[i * 400], inputs[(i * 400) + 1]) = (i, -i);
        var data = SyntheticData.Regression(inputs, new float[1000]);
        var strategy = new KMeansStrategy { Seeding = KMeansSeeding.Random, Tolerance = 0 };

        var run = Train(Spec(strategy, epochs: 10, clusters: 5), data, 3);

        Assert.Equal(0, run.Losses[^1]);
        Assert.Equal([0, 1, 2, 3, 4], Enumerable.Range(0, 5).Select(j => run.Centres[2 * j]).Order());
    }

    [Fact]
    public void Mini_batches_come_near_the_cost_of_all_rows()
    {
        var all = Train(Spec(new KMeansStrategy(), epochs: 15), _train, 2).Losses[^1];
        var batches = Train(Spec(new KMeansStrategy { BatchRows = 512 }, epochs: 15), _train, 2).Losses[^1];

        Assert.InRange(batches, all * 0.95, all * 1.1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    public void A_resumed_run_gives_the_bits_of_an_unbroken_one(int batchRows)
    {
        var spec = Spec(new KMeansStrategy { BatchRows = batchRows, Tolerance = 0 }, epochs: 6);
        var whole = Ranks.Run(2, group => Trainer.Train(spec, _train, null, group, null, 6, GoOn));
        var half = Ranks.Run(2, group => Trainer.Train(spec, _train, null, group, null, 3, GoOn));
        var kept = Checkpoint.FromBytes(half[0].Checkpoint.ToBytes());

        var resumed = Ranks.Run(2, group => Trainer.Train(spec, _train, null, group, kept, 6, GoOn));

        Assert.Equal(whole[0].Checkpoint.ToBytes(), resumed[1].Checkpoint.ToBytes());
    }

    [Fact]
    public void An_iteration_sends_what_an_all_reduce_of_sums_and_counts_sends()
    {
        const int Ranks4 = 4;
        long Bytes(int epochs) => Ranks.Run(Ranks4, group =>
        {
            var spec = Spec(new KMeansStrategy { Tolerance = 0 }, epochs);
            Trainer.Train(spec, _train, null, group, null, epochs, GoOn);
            return group.Traffic.PayloadBytes;
        }).Sum();

        // Sums [k, d], counts [k], classes [k, 12] and the cost, 8 bytes each; and a byte that says "go on".
        var vector = 8L * ((Clusters * (7 + 1 + 12)) + 1);
        Assert.InRange(Bytes(5) - Bytes(4), 2 * (Ranks4 - 1) * vector, (2 * (Ranks4 - 1) * vector) + (3 * Ranks4));
    }

    [Fact]
    public void The_model_predicts_the_classes_of_the_nearest_centre()
    {
        var spec = Spec(new KMeansStrategy(), epochs: 20);
        double? accuracy = null;
        var result = Ranks.Run(2, group => Trainer.Train(spec, _train, _validation, group, null, 20, report =>
        {
            accuracy = report.ValidationAccuracy;
            return EpochVerdict.Continue;
        }))[0];
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        result.Model.Save(path);
        var model = TrainedModel.Load(path);
        File.Delete(path);

        var metrics = model.Evaluate(_validation);

        Assert.Equal(accuracy!.Value, metrics.Accuracy!.Value, 1e-12);
        Assert.InRange(accuracy.Value, 0.6, 1);
    }

    [Fact]
    public void Another_model_is_refused_and_so_is_the_model_under_another_strategy()
    {
        var mlp = Spec(new KMeansStrategy(), 1) with { Model = new MlpSpec { Hidden = [] } };
        var plain = Spec(new KMeansStrategy(), 1) with { Strategy = null };
        using var group = InProcessGroup.Create(1)[0];
        using var other = InProcessGroup.Create(1)[0];

        Assert.Contains("trains the model kmeans", Assert.Throws<ArgumentException>(
            () => Trainer.Train(mlp, _train, null, group, null, 1, GoOn)).Message, StringComparison.Ordinal);
        Assert.Contains("strategy kmeans only", Assert.Throws<ArgumentException>(
            () => Trainer.Train(plain, _train, null, other, null, 1, GoOn)).Message, StringComparison.Ordinal);
    }

    private static EpochVerdict GoOn(EpochReport report) => EpochVerdict.Continue;

    private static TrainingSpec Spec(KMeansStrategy strategy, int epochs, int clusters = Clusters) => new()
    {
        Model = new CentroidsSpec { Clusters = clusters },
        Optimizer = new OptimizerSpec(),
        Strategy = strategy,
        Epochs = epochs,
        BatchSize = 1,
        Seed = 3,
    };

    private static (float[] Centres, List<double> Losses) Train(TrainingSpec spec, Dataset data, int worldSize)
    {
        var losses = new List<double>();
        var results = Ranks.Run(worldSize, group => Trainer.Train(
            spec, data, null, group, null, spec.Epochs, report =>
            {
                losses.Add(report.TrainLoss);
                return EpochVerdict.Continue;
            }));
        Assert.All(results, result => Assert.Equal(results[0].Checkpoint.ToBytes(), result.Checkpoint.ToBytes()));
        var file = SafeTensors.Read(results[0].Checkpoint.ToBytes());
        return (file.Tensor("layers.0.centres").Values<float>().ToArray(), losses);
    }

    /// <summary>Lloyd's iterations, one row after the other; the cost is that of the last centres.</summary>
    private static (double[] Centres, double Cost) PlainLloyd(Dataset data, double[] centres, int iterations)
    {
        var (k, d) = (centres.Length / data.Features, data.Features);
        for (var iteration = 0; ; iteration++)
        {
            var (sums, counts, cost) = (new double[centres.Length], new int[k], 0.0);
            for (var row = 0; row < data.Rows; row++)
            {
                var x = data.Row(row).ToArray();
                var distances = Enumerable.Range(0, k)
                    .Select(j => x.Select((v, f) => Math.Pow(v - centres[(j * d) + f], 2)).Sum()).ToArray();
                var best = Array.IndexOf(distances, distances.Min());
                cost += distances[best];
                counts[best]++;
                for (var f = 0; f < d; f++)
                    sums[(best * d) + f] += x[f];
            }
            if (iteration == iterations)
                return (centres, cost / data.Rows);
            centres = [.. sums.Select((sum, i) => counts[i / d] > 0 ? sum / counts[i / d] : centres[i])];
        }
    }
}
