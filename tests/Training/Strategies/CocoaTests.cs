using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>CoCoA (Jaggi et al. 2014) and CoCoA+ (Ma et al. 2015) on seeded data.</summary>
public sealed class CocoaTests
{
    private const int Features = 20;

    private static readonly Dataset _classes = SyntheticData.Sparse(600, Features, density: 0.4);
    private static readonly Dataset _numbers = SyntheticData.Numbers(300, 9);

    public static TheoryData<CocoaProblem> Problems => [.. Enum.GetValues<CocoaProblem>()];

    [Theory]
    [MemberData(nameof(Problems))]
    public void The_duality_gap_goes_to_zero_and_is_never_negative(CocoaProblem problem)
    {
        var run = Train(new CocoaStrategy { Problem = problem, Lambda = 0.05, LocalEpochs = 3 }, rounds: 150, worldSize: 4);

        Assert.All(run.Gaps, gap => Assert.True(gap >= -1e-12));
        Assert.InRange(run.Gaps[^1], -1e-12, 1e-5);
        Assert.True(run.Gaps[^1] < run.Gaps[0] / 1000);
    }

    [Theory]
    [MemberData(nameof(Problems))]
    public void The_shared_vector_is_the_sum_of_the_coordinates(CocoaProblem problem)
    {
        foreach (var aggregation in Enum.GetValues<CocoaAggregation>())
        {
            var strategy = new CocoaStrategy { Problem = problem, Lambda = 0.02, Aggregation = aggregation };
            var run = Train(strategy, rounds: 20, worldSize: 3);

            var expected = problem == CocoaProblem.Lasso
                ? Combine(SparseVectors.Columns(_numbers, 0, _numbers.Features), run.Alpha, 1, _numbers.Rows)
                : Combine(
                    SparseVectors.Rows(DataOf(problem), 0, DataOf(problem).Rows, bias: true), run.Alpha,
                    1 / (strategy.Lambda * DataOf(problem).Rows), DataOf(problem).Features + 1);

            Assert.All(expected.Zip(run.Shared), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        }
    }

    [Theory]
    [MemberData(nameof(Problems))]
    public void One_rank_and_five_find_the_same_optimum(CocoaProblem problem)
    {
        var strategy = new CocoaStrategy { Problem = problem, Lambda = 0.05, LocalEpochs = 3 };

        var alone = Train(strategy, rounds: 120, worldSize: 1);
        var together = Train(strategy, rounds: 120, worldSize: 5);

        Assert.Equal(alone.Objectives[^1], together.Objectives[^1], 1e-5);
    }

    [Fact]
    public void Ridge_regression_solves_the_normal_equations()
    {
        const double Lambda = 0.1;
        var strategy = new CocoaStrategy { Problem = CocoaProblem.Ridge, Lambda = Lambda, Bias = false };
        var run = Train(strategy, rounds: 200, worldSize: 4);

        // (XᵀX / n + λ) w = Xᵀy / n.
        var (n, d) = (_numbers.Rows, _numbers.Features);
        for (var f = 0; f < d; f++)
        {
            var left = Lambda * run.Shared[f];
            var right = 0.0;
            for (var row = 0; row < n; row++)
            {
                var x = _numbers.Row(row);
                var z = 0.0;
                for (var g = 0; g < d; g++)
                    z += x[g] * run.Shared[g];
                left += x[f] * z / n;
                right += x[f] * (double)_numbers.Targets[row] / n;
            }
            Assert.Equal(right, left, 1e-7);
        }
    }

    [Fact]
    public void The_lasso_keeps_its_optimality_conditions_and_leaves_most_weights_at_zero()
    {
        const double Lambda = 0.1;
        var run = Train(
            new CocoaStrategy { Problem = CocoaProblem.Lasso, Lambda = Lambda }, rounds: 200, worldSize: 3);

        var columns = SparseVectors.Columns(_numbers, 0, _numbers.Features);
        var residual = run.Shared.Select((v, row) => v - _numbers.Targets[row]).ToArray();
        for (var j = 0; j < _numbers.Features; j++)
        {
            var slope = columns.Dot(j, residual) / _numbers.Rows;
            if (run.Alpha[j] == 0)
                Assert.InRange(Math.Abs(slope), 0, Lambda + 1e-7);
            else
                Assert.Equal(-Lambda * Math.Sign(run.Alpha[j]), slope, 1e-7);
        }
        Assert.InRange(run.Alpha.Count(weight => weight == 0), 6, 8);
    }

    [Fact]
    public void Logistic_regression_ends_where_its_gradient_vanishes()
    {
        const double Lambda = 0.02;
        var strategy = new CocoaStrategy { Problem = CocoaProblem.Logistic, Lambda = Lambda };
        var run = Train(strategy, rounds: 300, worldSize: 2);

        var rows = SparseVectors.Rows(_classes, 0, _classes.Rows, bias: true);
        var gradient = run.Shared.Select(w => Lambda * w).ToArray();
        for (var row = 0; row < _classes.Rows; row++)
        {
            var y = DualProblem.TargetOf(_classes, row);
            rows.AddTo(row, -y / (1 + Math.Exp(y * rows.Dot(row, run.Shared))) / _classes.Rows, gradient);
        }
        Assert.All(gradient, slope => Assert.Equal(0, slope, 1e-7));
    }

    /// <summary>
    /// Sixteen ranks with the same rows, or nearly: what each finds all find, so that adding it sixteen times is far too
    /// much, unless each has reckoned with that.
    /// </summary>
    [Fact]
    public void Adding_naively_diverges_where_adding_safely_converges_faster_than_averaging()
    {
        const int K = 16;
        var data = SyntheticData.Repeated(SyntheticData.Sparse(40, Features, density: 0.5), K);
        CocoaStrategy Plain(CocoaAggregation how, double sigma = 0) =>
            new() { Lambda = 0.01, LocalEpochs = 2, Aggregation = how, Sigma = sigma, Bias = false };

        var safe = Train(Plain(CocoaAggregation.Add), 30, K, data).Gaps;
        var average = Train(Plain(CocoaAggregation.Average), 30, K, data).Gaps;
        var naive = Train(Plain(CocoaAggregation.Add, sigma: 1), 30, K, data).Gaps;

        Assert.True(naive[^1] > 2 * naive[0], $"{naive[0]} → {naive[^1]}");
        Assert.True(naive[^1] > 100 * safe[^1], $"naive {naive[^1]}, safe {safe[^1]}");
        Assert.All(average, gap => Assert.True(gap < 2));
        var mixed = SyntheticData.Sparse(640, Features, density: 0.4);
        var added = Train(Plain(CocoaAggregation.Add), 30, K, mixed).Gaps;
        var averaged = Train(Plain(CocoaAggregation.Average), 30, K, mixed).Gaps;
        Assert.True(added[^1] < averaged[^1] / 2, $"added {added[^1]}, averaged {averaged[^1]}");
    }

    [Theory]
    [MemberData(nameof(Problems))]
    public void A_resumed_run_gives_the_bits_of_an_unbroken_one(CocoaProblem problem)
    {
        var strategy = new CocoaStrategy { Problem = problem, Lambda = 0.02 };
        var spec = Spec(strategy, 8);
        var data = DataOf(problem);
        var whole = Ranks.Run(3, group => Trainer.Train(spec, data, null, group, null, 8, GoOn));
        var half = Ranks.Run(3, group => Trainer.Train(spec, data, null, group, null, 5, GoOn))[0].Checkpoint;
        var kept = Checkpoint.FromBytes(half.ToBytes());

        var resumed = Ranks.Run(3, group => Trainer.Train(spec, data, null, group, kept, 8, GoOn));

        Assert.All(resumed, result => Assert.Equal(whole[0].Checkpoint.ToBytes(), result.Checkpoint.ToBytes()));
    }

    [Fact]
    public void A_round_sends_one_vector_and_the_target_gap_ends_the_sending()
    {
        var run = Train(new CocoaStrategy { Lambda = 0.05, TargetGap = 1e-3 }, rounds: 60, worldSize: 4);

        // All ranks together: 2 (N - 1) vectors of features and bias.
        var vector = 8L * (Features + 1);
        var reached = run.Gaps.FindIndex(gap => gap <= 1e-3);
        Assert.InRange(reached, 1, 58);
        Assert.All(run.Bytes.Take(reached + 1), bytes => Assert.Equal(2 * 3 * vector, bytes));
        Assert.All(run.Bytes.Skip(reached + 1), bytes => Assert.Equal(0, bytes));
    }

    [Fact]
    public void The_model_says_of_unseen_rows_what_the_report_says()
    {
        foreach (var problem in new[] { CocoaProblem.Svm, CocoaProblem.Logistic })
        {
            var validation = SyntheticData.Sparse(200, Features, density: 0.4, seed: 7);
            double? accuracy = null;
            var result = Ranks.Run(2, group => Trainer.Train(
                Spec(new CocoaStrategy { Problem = problem }, 20), _classes, validation, group, null, 20, report =>
                {
                    accuracy = report.ValidationAccuracy;
                    return EpochVerdict.Continue;
                }))[0];

            Assert.Equal(accuracy!.Value, result.Model.Evaluate(validation).Accuracy!.Value, 1e-12);
            Assert.InRange(accuracy.Value, 0.75, 1);
        }
    }

    [Fact]
    public void Three_classes_are_refused()
    {
        using var group = InProcessGroup.Create(1)[0];
        var error = Assert.Throws<ArgumentException>(() => Trainer.Train(
            Spec(new CocoaStrategy(), 1), SyntheticData.Classes(30, 4, 3), null, group, null, 1, GoOn));

        Assert.Contains("needs two classes; the data has 3", error.Message, StringComparison.Ordinal);
    }

    private static Dataset DataOf(CocoaProblem problem) =>
        problem is CocoaProblem.Svm or CocoaProblem.Logistic ? _classes : _numbers;

    private static EpochVerdict GoOn(EpochReport report) => EpochVerdict.Continue;

    private static double[] Combine(SparseVectors vectors, double[] alpha, double scale, int length)
    {
        var sum = new double[length];
        for (var i = 0; i < alpha.Length; i++)
            vectors.AddTo(i, scale * alpha[i], sum);
        return sum;
    }

    private static TrainingSpec Spec(CocoaStrategy strategy, int rounds) => new()
    {
        Model = strategy.Problem is CocoaProblem.Svm or CocoaProblem.Logistic
            ? new LogisticSpec()
            : new LinearModelSpec(),
        Optimizer = new OptimizerSpec(),
        Strategy = strategy,
        Epochs = rounds,
        BatchSize = 1,
        Seed = 5,
    };

    private static Outcome Train(CocoaStrategy strategy, int rounds, int worldSize, Dataset? data = null)
    {
        var outcome = new Outcome();
        var result = Ranks.Run(worldSize, group => Trainer.Train(
            Spec(strategy, rounds), data ?? DataOf(strategy.Problem), null, group, null, rounds, report =>
            {
                var measures = report.Measures.ToDictionary();
                outcome.Gaps.Add(measures["duality_gap"]);
                outcome.Objectives.Add(measures["objective"]);
                outcome.Bytes.Add((long)measures["bytes"]);
                return EpochVerdict.Continue;
            }))[0];
        var file = SafeTensors.Read(result.Checkpoint.ToBytes());
        outcome.Alpha = file.Tensor("optimizer.alpha").Values<double>().ToArray();
        outcome.Shared = file.Tensor("optimizer.shared").Values<double>().ToArray();
        return outcome;
    }

    private sealed class Outcome
    {
        public List<double> Gaps { get; } = [];
        public List<double> Objectives { get; } = [];
        public List<long> Bytes { get; } = [];
        public double[] Alpha { get; set; } = [];
        public double[] Shared { get; set; } = [];
    }
}
