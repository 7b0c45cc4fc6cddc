using System.Diagnostics;
using System.Numerics;

namespace TuneGraph.Training;

/// <summary>What stands behind a model's last layer: a loss, its gradient, and predictions.</summary>
/// <param name="kind">Never <see cref="LossKind.Auto"/>.</param>
/// <param name="huberDelta">Where Huber's loss goes from squares to lines.</param>
/// <param name="kernels">What to compute with.</param>
internal sealed unsafe class LossFunction<T>(LossKind kind, double huberDelta, Kernels<T> kernels)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Outputs of a network for data of a given schema: a single logit decides between two classes.</summary>
    public static int Outputs(LossKind kind, DataSchema schema) =>
        kind == LossKind.BinaryCrossEntropy ? 1 : schema.Outputs;

    /// <summary>Sums the rows' losses and counts the rows classified right; the outputs are used up.</summary>
    public (double Loss, int Correct) Measure(T* outputs, int stride, int width, Batch<T> batch) =>
        Apply(outputs, stride, width, batch, T.Zero);

    /// <summary>The same, and turns the outputs into the gradient of scale times the sum.</summary>
    public (double Loss, int Correct) Differentiate(T* outputs, int stride, int width, Batch<T> batch, T scale)
    {
        var result = Apply(outputs, stride, width, batch, scale);
        if (kind == LossKind.CrossEntropy)
            kernels.CrossEntropyGradient(outputs, batch.Rows, stride, batch.Labels, scale);
        return result;
    }

    /// <summary>Probabilities per class, or standardized targets: [rows, outputs of the schema].</summary>
    public void Predict(T* outputs, int stride, int width, int rows, Span<float> predictions)
    {
        if (kind == LossKind.CrossEntropy)
            kernels.Softmax(outputs, rows, stride, width, null);
        var at = 0;
        for (var row = 0; row < rows; row++, outputs += stride)
        {
            if (kind == LossKind.BinaryCrossEntropy)
            {
                var p = 1 / (1 + Math.Exp(-double.CreateTruncating(outputs[0])));
                (predictions[at++], predictions[at++]) = ((float)(1 - p), (float)p);
                continue;
            }
            for (var o = 0; o < width; o++)
                predictions[at++] = float.CreateTruncating(outputs[o]);
        }
    }

    private (double Loss, int Correct) Apply(T* outputs, int stride, int width, Batch<T> batch, T scale) => kind switch
    {
        LossKind.CrossEntropy => kernels.Softmax(outputs, batch.Rows, stride, width, batch.Labels),
        LossKind.BinaryCrossEntropy =>
            kernels.BinaryCrossEntropy(outputs, batch.Rows, stride, batch.Labels, scale),
        LossKind.SquaredError => (kernels.SquaredError(outputs, batch.Rows, stride, batch.Targets, scale), 0),
        LossKind.AbsoluteError => (kernels.AbsoluteError(outputs, batch.Rows, stride, batch.Targets, scale), 0),
        LossKind.Huber => (kernels.Huber(
            outputs, batch.Rows, stride, batch.Targets, T.CreateTruncating(huberDelta), scale), 0),
        _ => throw new UnreachableException($"Unhandled loss {kind}."),
    };
}
