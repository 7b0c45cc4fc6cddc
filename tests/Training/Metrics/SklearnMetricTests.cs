using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Metrics beside scikit-learn 1.2: Reference/metrics.json, made by Reference/sklearn_metrics.py.</summary>
public sealed class SklearnMetricTests
{
    private const double Tolerance = 1e-12;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Metrics_of_classes_are_those_of_scikit_learn(int index)
    {
        var stored = ReferenceFile.Read("metrics.json")["classification"]![index]!;
        var classes = (int)stored["classes"]!;
        int[] labels = [.. stored["labels"]!.AsArray().Select(label => (int)label!)];
        float[] probabilities = [.. ReferenceFile.Numbers(stored["probabilities"]!).Select(p => (float)p)];

        Assert.Equal((double)stored["f1"]!, ClassMetrics.F1(probabilities, labels, classes), Tolerance);
        Assert.Equal((double)stored["rocAuc"]!, ClassMetrics.RocAuc(probabilities, labels, classes)!.Value, Tolerance);
        Assert.Equal(
            (double)stored["averagePrecision"]!,
            ClassMetrics.AveragePrecision(probabilities, labels, classes)!.Value, Tolerance);
    }

    /// <summary>A linear model of weight 1 and bias 0 predicts its only feature.</summary>
    [Fact]
    public void Metrics_of_numbers_are_those_of_scikit_learn()
    {
        var stored = ReferenceFile.Read("metrics.json")["regression"]![0]!;
        float[] predictions = [.. ReferenceFile.Numbers(stored["predictions"]!).Select(p => (float)p)];
        float[] targets = [.. ReferenceFile.Numbers(stored["targets"]!).Select(t => (float)t)];
        var data = Dataset.ForRegression(SyntheticData.Numbers(1, 1).Schema, predictions, targets);
        var model = new TrainedModel(new LinearModelSpec(), data.Schema, LossKind.AbsoluteError,
        [
            SafeTensor.Create<float>("layers.0.weight", [1, 1], [1]),
            SafeTensor.Create<float>("layers.0.bias", [1], [0]),
        ]);

        var metrics = model.Evaluate(data);

        Assert.Equal((double)stored["mse"]!, metrics.MeanSquaredError!.Value, 1e-9);
        Assert.Equal((double)stored["rmse"]!, metrics.RootMeanSquaredError!.Value, 1e-9);
        Assert.Equal((double)stored["mae"]!, metrics.MeanAbsoluteError!.Value, 1e-9);
        Assert.Equal((double)stored["mae"]!, metrics.Loss, 1e-9);
        Assert.Equal((double)stored["r2"]!, metrics.R2!.Value, 1e-9);
        Assert.Null(metrics.LogLoss);
    }

    [Fact]
    public void A_model_of_classes_is_judged_by_all_metrics()
    {
        var data = SyntheticData.Classes(50, 2, 2);
        var model = new TrainedModel(new LogisticSpec(), data.Schema, LossKind.CrossEntropy,
        [
            SafeTensor.Create<float>("layers.0.weight", [2, 2], [0.5f, -1, -0.25f, 1]),
            SafeTensor.Create<float>("layers.0.bias", [2], [0.1f, 0]),
        ]);
        var metrics = model.Evaluate(data);
        Assert.Equal(metrics.Loss, metrics.LogLoss);
        Assert.InRange(metrics.F1!.Value, 0, 1);
        Assert.InRange(metrics.RocAuc!.Value, 0, 1);
        Assert.InRange(metrics.AveragePrecision!.Value, 0, 1);
    }

    [Fact]
    public void A_metric_without_a_meaning_is_null()
    {
        Assert.Null(RankingMetrics.RocAuc([0.1f, 0.2f], [true, true]));
        Assert.Null(RankingMetrics.AveragePrecision([0.1f, 0.2f], [false, false]));
        Assert.Equal(0.5, RankingMetrics.RocAuc([0.3f, 0.3f, 0.3f], [true, false, true]));
    }
}
