namespace TuneGraph.Training;

/// <summary>Launches softmax and losses.</summary>
internal sealed unsafe class GpuLosses(GpuSession owner)
{
    private float* _results;                               // [2, rows]: see LossArguments
    private int _resultsRows;

    public void Softmax(float* logits, int rows, int stride, int classes, int* labels, double* tally)
    {
        if (labels == null)
        {
            owner.EachGroup(owner.Code.Softmax, rows, Plain(logits, rows, stride, classes), stride);
            return;
        }
        var arguments = Counted(logits, rows, stride, tally) with
        {
            Classes = classes,
            Labels = owner.View(labels, rows),
            HasLabels = 1,
        };
        owner.EachGroup(owner.Code.Softmax, rows, arguments, stride);
        AddUp(arguments);
    }

    public void CausalSoftmax(float* logits, int matrices, int size, int stride) =>
        owner.EachGroup(owner.Code.Softmax, (long)matrices * size, Plain(logits, matrices * size, stride, size) with
        {
            IsCausal = 1,
        }, stride);

    public void CrossEntropyGradient(float* probabilities, int rows, int stride, int* labels, float scale) =>
        owner.Each(owner.Code.CrossEntropyGradient, (long)rows * stride, Plain(probabilities, rows, stride, 1) with
        {
            Labels = owner.View(labels, rows),
            Scale = scale,
        });

    public void BinaryCrossEntropy(float* logits, int rows, int stride, int* labels, float scale, double* tally)
    {
        var arguments = Counted(logits, rows, stride, tally) with
        {
            Classes = 2,
            Labels = owner.View(labels, rows),
            Scale = scale,
        };
        owner.Each(owner.Code.BinaryCrossEntropy, rows, arguments);
        AddUp(arguments);
    }

    /// <summary>A loss of one output; nothing is right or wrong.</summary>
    public void Error(
        GpuKernel<LossArguments> kernel, float* outputs, int rows, int stride, float* targets, float delta,
        float scale, double* tally)
    {
        var arguments = Counted(outputs, rows, stride, tally) with
        {
            Targets = owner.Exact(targets, rows),
            Delta = delta,
            Scale = scale,
        };
        owner.Each(kernel, rows, arguments);
        AddUp(arguments);
    }

    private void AddUp(in LossArguments arguments) =>
        owner.EachGroup(owner.Code.AddUpLosses, arguments.Rows == 0 ? 0 : 1, arguments, arguments.Rows);

    private LossArguments Plain(float* outputs, int rows, int stride, int classes)
    {
        var nothing = owner.Nothing;
        return new LossArguments
        {
            Outputs = owner.View(outputs, (long)rows * stride),
            Targets = nothing,
            Labels = nothing.Cast<int>(),
            Results = nothing,
            Tally = nothing.Cast<double>(),
            Rows = rows,
            Stride = stride,
            Classes = classes,
        };
    }

    private LossArguments Counted(float* outputs, int rows, int stride, double* tally)
    {
        if (rows > _resultsRows)
        {
            _results = (float*)owner.Arena.Take(2L * rows);
            _resultsRows = rows;
        }
        // First: where the block has to grow for them, all views from before are of the old one.
        var results = rows == 0 ? owner.Nothing : owner.Exact(_results, 2L * rows);
        return Plain(outputs, rows, stride, 0) with
        {
            Results = results,
            Tally = owner.View(tally, 2),
        };
    }
}
