namespace TuneGraph.Training;

/// <summary>Every metric that predictions of a whole data set allow.</summary>
internal static class PredictionMetrics
{
    /// <param name="data">The rows.</param>
    /// <param name="probabilities">[rows, classes].</param>
    /// <param name="loss">Mean loss.</param>
    /// <param name="accuracy">Share of rows that are right.</param>
    public static ModelMetrics OfClasses(
        Dataset data, ReadOnlySpan<float> probabilities, double loss, double accuracy)
    {
        var classes = data.Schema.Outputs;
        return new ModelMetrics
        {
            Rows = data.Rows,
            Loss = loss,
            Accuracy = accuracy,
            F1 = ClassMetrics.F1(probabilities, data.Labels, classes),
            RocAuc = ClassMetrics.RocAuc(probabilities, data.Labels, classes),
            AveragePrecision = ClassMetrics.AveragePrecision(probabilities, data.Labels, classes),
        };
    }

    /// <param name="data">The rows.</param>
    /// <param name="predictions">[rows], in the target's unit.</param>
    /// <param name="lossOf">The loss of an error in the target's unit.</param>
    public static ModelMetrics OfNumbers(
        Dataset data, ReadOnlySpan<float> predictions, Func<double, double> lossOf)
    {
        var unit = data.Schema.Standardizer;
        var targets = new double[data.Rows];
        for (var row = 0; row < targets.Length; row++)
            targets[row] = (data.Targets[row] * unit.TargetDeviation) + unit.TargetMean;
        var mean = targets.Average();
        double squared = 0, absolute = 0, spread = 0, loss = 0;
        for (var row = 0; row < targets.Length; row++)
        {
            var error = predictions[row] - targets[row];
            squared += error * error;
            absolute += Math.Abs(error);
            loss += lossOf(error);
            spread += (targets[row] - mean) * (targets[row] - mean);
        }
        return new ModelMetrics
        {
            Rows = data.Rows,
            Loss = loss / data.Rows,
            MeanSquaredError = squared / data.Rows,
            MeanAbsoluteError = absolute / data.Rows,
            R2 = spread > 0 ? 1 - (squared / spread) : double.NaN,
        };
    }
}
