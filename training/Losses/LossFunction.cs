using System.Diagnostics;
using System.Numerics;

namespace TuneGraph.Training;

/// <summary>What stands behind a model's last layer: a loss, its gradient, and predictions.</summary>
/// <param name="kind">Never <see cref="LossKind.Auto"/>.</param>
/// <param name="huberDelta">Where Huber's loss goes from squares to lines.</param>
/// <param name="kernels">What to compute with.</param>
internal sealed unsafe class LossFunction<T>(LossKind kind, double huberDelta, Kernels<T> kernels) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DeviceArray<double> _tally = kernels.Take<double>(2);     // see Kernels<T>

    /// <summary>Outputs of a network for data of a given schema: a single logit decides between two classes.</summary>
    public static int Outputs(LossKind kind, DataSchema schema) =>
        kind == LossKind.BinaryCrossEntropy ? 1 : schema.Outputs;

    /// <summary>Adds up the rows' losses and those classified right; the outputs are used up.</summary>
    public void Measure(T* outputs, int stride, int width, Batch<T> batch) =>
        Apply(outputs, stride, width, batch, T.Zero);

    /// <summary>The same, and turns the outputs into the gradient of scale times the sum.</summary>
    public void Differentiate(T* outputs, int stride, int width, Batch<T> batch, T scale)
    {
        Apply(outputs, stride, width, batch, scale);
        if (kind == LossKind.CrossEntropy)
            kernels.CrossEntropyGradient(outputs, batch.Rows, stride, batch.Labels, scale);
    }

    /// <summary>What was added up since it was taken last; waits for it.</summary>
    public (double Loss, int Correct) Take()
    {
        _tally.Download();
        var sum = (_tally.Span[0], (int)_tally.Span[1]);
        _tally.Span.Clear();
        _tally.Upload();
        return sum;
    }

    /// <summary>Probabilities per class, or standardized targets: [rows, outputs of the schema].</summary>
    public void Predict(T* outputs, int stride, int width, int rows, Span<float> predictions)
    {
        if (kind == LossKind.CrossEntropy)
            kernels.Softmax(outputs, rows, stride, width, null, null);
        Span<T> values = new T[rows * stride];
        kernels.Read(outputs, values);
        var at = 0;
        for (; !values.IsEmpty; values = values[stride..])
        {
            if (kind == LossKind.BinaryCrossEntropy)
            {
                var p = 1 / (1 + Math.Exp(-double.CreateTruncating(values[0])));
                (predictions[at++], predictions[at++]) = ((float)(1 - p), (float)p);
                continue;
            }
            for (var o = 0; o < width; o++)
                predictions[at++] = float.CreateTruncating(values[o]);
        }
    }

    public void Dispose() => _tally.Dispose();

    private void Apply(T* outputs, int stride, int width, Batch<T> batch, T scale)
    {
        double* tally = _tally.Pointer;
        switch (kind)
        {
            case LossKind.CrossEntropy:
                kernels.Softmax(outputs, batch.Rows, stride, width, batch.Labels, tally);
                break;
            case LossKind.BinaryCrossEntropy:
                kernels.BinaryCrossEntropy(outputs, batch.Rows, stride, batch.Labels, scale, tally);
                break;
            case LossKind.SquaredError:
                kernels.SquaredError(outputs, batch.Rows, stride, batch.Targets, scale, tally);
                break;
            case LossKind.AbsoluteError:
                kernels.AbsoluteError(outputs, batch.Rows, stride, batch.Targets, scale, tally);
                break;
            case LossKind.Huber:
                kernels.Huber(
                    outputs, batch.Rows, stride, batch.Targets, T.CreateTruncating(huberDelta), scale, tally);
                break;
            default:
                throw new UnreachableException($"Unhandled loss {kind}.");
        }
    }
}
