using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class TrainedModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("model-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_saved_model_predicts_the_same_bits_and_keeps_its_names()
    {
        var (data, model) = Train(Classes(400), LearningTask.Classification);
        var path = Path.Combine(_folder, "m.safetensors");
        model.Save(path);
        var loaded = TrainedModel.Load(path);
        Assert.Equal(data.Schema.FeatureNames, loaded.Schema.FeatureNames);
        Assert.Equal(["blue", "red"], loaded.Schema.ClassNames);
        Assert.Equal(data.Standardizer, loaded.Schema.Standardizer);
        var architecture = Assert.IsType<MlpSpec>(loaded.Architecture);
        Assert.Equal((Activation.Gelu, 8), (architecture.Activation, architecture.Hidden[0]));
        Assert.Equal(LossKind.CrossEntropy, loaded.Loss);
        float[] raw = [1000, -0.5f, 1007, 0.25f];
        Assert.Equal(Predict(model, raw), Predict(loaded, raw));
        Assert.Equal([path], Directory.GetFiles(_folder, "*.safetensors*"));
    }

    [Fact]
    public void Probabilities_of_raw_rows_sum_to_one_and_agree_with_the_evaluation()
    {
        var (data, model) = Train(Classes(700), LearningTask.Classification);
        // More rows than one pass takes.
        var raw = Enumerable.Range(0, data.Train.Rows).SelectMany(row => Raw(data, row)).ToArray();
        var outputs = Predict(model, raw);
        var hits = 0;
        for (var row = 0; row < data.Train.Rows; row++)
        {
            Assert.Equal(1, outputs[2 * row] + outputs[(2 * row) + 1], 1e-5);
            hits += (outputs[(2 * row) + 1] > outputs[2 * row] ? 1 : 0) == data.Train.Labels[row] ? 1 : 0;
        }
        var metrics = model.Evaluate(data.Train);
        Assert.Equal((double)hits / data.Train.Rows, metrics.Accuracy!.Value, 2.0 / data.Train.Rows);
        Assert.InRange(metrics.Accuracy.Value, 0.9, 1);
        Assert.Null(metrics.R2);
    }

    [Fact]
    public void Regression_predicts_and_is_judged_in_the_target_s_own_unit()
    {
        var (data, model) = Train(Numbers(400), LearningTask.Regression);
        var metrics = model.Evaluate(data.Test);
        Assert.InRange(metrics.R2!.Value, 0.9, 1);
        Assert.Equal(metrics.MeanSquaredError!.Value,
            metrics.Loss * data.Standardizer.TargetDeviation * data.Standardizer.TargetDeviation, 1e-6);
        Assert.InRange(metrics.MeanAbsoluteError!.Value, 0, Math.Sqrt(metrics.MeanSquaredError.Value));
        Assert.InRange(Predict(model, [1003, 0])[0], 400, 600);      // y is about 500 + 100 b
    }

    [Fact]
    public void A_set_prepared_with_another_standardizer_gets_the_same_judgement()
    {
        var (data, model) = Train(Classes(400), LearningTask.Classification);
        var bare = Load(Classes(400), LearningTask.Classification, standardize: false);
        var (expected, actual) = (model.Evaluate(data.Test), model.Evaluate(bare.Test));
        Assert.Equal(expected.Accuracy, actual.Accuracy);
        Assert.Equal(expected.Loss, actual.Loss, 1e-4);
    }

    [Fact]
    public void Data_with_other_columns_or_no_rows_is_refused()
    {
        var (data, model) = Train(Classes(400), LearningTask.Classification);
        var other = Load(Classes(400).Replace("b,", "c,", StringComparison.Ordinal), LearningTask.Classification);
        Assert.Contains("a, c", Assert.Throws<ArgumentException>(() => model.Evaluate(other.Test)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => model.Evaluate(Dataset.ForClassification(data.Schema, [], [])));
        Assert.Throws<ArgumentException>(() => Predict(model, [1, 2, 3]));
    }

    [Fact]
    public void A_damaged_or_foreign_file_is_refused_by_name()
    {
        var (_, model) = Train(Classes(400), LearningTask.Classification);
        var path = Path.Combine(_folder, "m.safetensors");
        model.Save(path);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^1]);
        Assert.StartsWith(path,
            Assert.Throws<InvalidDataException>(() => TrainedModel.Load(path)).Message, StringComparison.Ordinal);
        var file = SafeTensors.Read(bytes);
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)
            [("format", "other"), ("task", "Auto"), ("model", """{"type":"mlp","hidden":[9]}"""), ("model", "x"),
                ("model", """{"type":"none"}"""), ("model", """{"type":"mlp","hidden":[8],"more":1}"""),
                ("loss", "SquaredError"), ("class_names", "[\"a\"]")])
        {
            var lie = file with { Metadata = file.Metadata.SetItem(name, value) };
            File.WriteAllBytes(path, SafeTensors.Write(lie));
            Assert.Throws<InvalidDataException>(() => TrainedModel.Load(path));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65537)]
    public void A_hidden_layer_out_of_range_is_refused(int width) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MlpSpec { Hidden = [width] });

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    public void A_dropout_out_of_range_is_refused(double dropout) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MlpSpec { Hidden = [1], Dropout = dropout });

    /// <summary>Bounds, mean and variance of the documented distributions; six standard errors.</summary>
    [Theory]
    [InlineData(Activation.Relu, 6.0 / 200)]
    [InlineData(Activation.Gelu, 6.0 / 200)]
    [InlineData(Activation.Tanh, 6.0 / 500)]
    public void First_weights_follow_the_documented_distributions(Activation activation, double squaredLimit)
    {
        var spec = new MlpSpec { Hidden = [300], Activation = activation };
        using var network = Nets.Make<float>(spec, SyntheticData.Classes(1, 200, 10), seed: 1);
        var tensors = network.Plan.Parameters;
        Assert.Equal(
            ["layers.0.weight", "layers.0.bias", "layers.2.weight", "layers.2.bias"], tensors.Select(t => t.Name));
        CheckUniform(network, tensors[0], squaredLimit);
        CheckUniform(network, tensors[2], 6.0 / 310);
        var biases = new float[10];
        tensors[3].Get(network.Parameters.Span, biases);
        Assert.All(biases, bias => Assert.Equal(0, bias));
    }

    private static void CheckUniform(Network<float> network, TensorPlace tensor, double squaredLimit)
    {
        var weights = new float[tensor.Count];
        tensor.Get(network.Parameters.Span, weights);
        Assert.All(weights, weight => Assert.InRange(weight, -Math.Sqrt(squaredLimit), Math.Sqrt(squaredLimit)));
        var variance = squaredLimit / 3;
        Assert.Equal(0, weights.Average(), 6 * Math.Sqrt(variance / weights.Length));
        Assert.Equal(variance, weights.Average(w => w * w), 6 * variance * Math.Sqrt(0.8 / weights.Length));
    }

    /// <summary>Two features of very different scale; the second decides.</summary>
    private static string Classes(int rows) => Rows(rows, b => b > 0 ? "red" : "blue");

    private static string Numbers(int rows) => Rows(rows, b => FormattableString.Invariant($"{500 + (100 * b):F3}"));

    private static string Rows(int rows, Func<double, string> target)
    {
        var random = new Random(3);
        return "a,b,y\n" + string.Concat(Enumerable.Range(0, rows).Select(_ =>
        {
            var b = (4 * random.NextDouble()) - 2;
            return FormattableString.Invariant($"{1000 + (10 * random.NextDouble()):F2},{b:F6},{target(b)}\n");
        }));
    }

    private (TabularData Data, TrainedModel Model) Train(string text, LearningTask task)
    {
        var data = Load(text, task);
        var spec = new TrainingSpec
        {
            Model = new MlpSpec { Hidden = [8], Activation = Activation.Gelu },
            Optimizer = new OptimizerSpec { LearningRate = 0.02 },
            Epochs = 30,
            BatchSize = 16,
        };
        var result = Trainer.Train(spec, data, InProcessGroup.Create(1)[0], null, 30, _ => EpochVerdict.Continue,
            TestContext.Current.CancellationToken);
        return (data, result.Model);
    }

    private TabularData Load(string text, LearningTask task, bool standardize = true)
    {
        var path = Path.Combine(_folder, "t.csv");
        File.WriteAllText(path, text);
        return TabularData.Load(
            new DataSpec { Path = path, Target = "y", Task = task, Standardize = standardize },
            TestContext.Current.CancellationToken);
    }

    private static float[] Raw(TabularData data, int row)
    {
        var values = data.Train.Row(row).ToArray();
        return [.. values.Select((value, feature) => (float)data.Standardizer.Undo(feature, value))];
    }

    private static float[] Predict(TrainedModel model, float[] raw)
    {
        var outputs = new float[raw.Length / 2 * model.Schema.Outputs];
        model.Predict(raw, outputs);
        return outputs;
    }
}
