using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// Every metric of the validation rows while a model trains: each rank predicts its rows, and all of them learn all
/// predictions, so that a metric that is no sum is the same at any world size up to rounding.
/// </summary>
/// <param name="data">The validation rows.</param>
/// <param name="outputs">Predicted numbers per row.</param>
internal sealed class ValidationMetrics<T>(Dataset data, int outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly float[] _predictions = new float[checked(data.Rows * outputs)];

    /// <param name="network">The model.</param>
    /// <param name="group">The ranks.</param>
    /// <param name="from">This rank's first row.</param>
    /// <param name="end">The row after its last.</param>
    /// <param name="loss">Mean loss of all rows.</param>
    /// <param name="accuracy">Share of all rows that are right; null for regression.</param>
    public ModelMetrics Measure(
        Network<T> network, ProcessGroup group, int from, int end, double loss, double? accuracy)
    {
        Array.Clear(_predictions);
        network.Predict(data, from, end, _predictions.AsSpan(from * outputs, (end - from) * outputs));
        group.AllReduce(_predictions.AsSpan());          // one rank's value and zeros: exact
        if (accuracy is { } right)
            return PredictionMetrics.OfClasses(data, _predictions, loss, right);
        var unit = data.Schema.Standardizer;
        foreach (ref var prediction in _predictions.AsSpan())
            prediction = (float)((prediction * unit.TargetDeviation) + unit.TargetMean);
        return PredictionMetrics.OfNumbers(data, _predictions, _ => 0) with { Loss = loss };
    }
}
