using System.Numerics;

namespace TuneGraph.Training;

/// <summary>Rows gathered for one pass through a network.</summary>
internal sealed unsafe class Batch<T>(Kernels<T> kernels, int capacity, int features) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Kernels may read up to a register past the end.
    private readonly DeviceArray<T> _inputs =
        kernels.TakeInput<T>(((long)capacity * Panels<T>.RoundUp(features)) + 64);
    private readonly DeviceArray<int> _labels = kernels.TakeInput<int>(capacity);
    private readonly DeviceArray<float> _targets = kernels.TakeInput<float>(capacity);

    /// <summary>The most rows.</summary>
    public int Capacity { get; } = capacity;

    /// <summary>Rows gathered last.</summary>
    public int Rows { get; private set; }

    /// <summary>From one row of inputs to the next.</summary>
    public int Stride { get; } = Panels<T>.RoundUp(features);

    public T* Inputs => _inputs.Pointer;
    public int* Labels => _labels.Pointer;
    public float* Targets => _targets.Pointer;

    /// <summary>Takes the given rows of a data set, in the given order.</summary>
    public void Gather(Dataset data, ReadOnlySpan<int> rows)
    {
        Rows = rows.Length;
        var classification = data.Schema.Task == LearningTask.Classification;
        for (var i = 0; i < rows.Length; i++)
        {
            Widen(data.Row(rows[i]), _inputs.Host + ((nint)i * Stride));
            if (classification)
                _labels.Host[i] = data.Labels[rows[i]];
            else
                _targets.Host[i] = data.Targets[rows[i]];
        }
        _inputs.Upload();
        if (classification)
            _labels.Upload();
        else
            _targets.Upload();
    }

    /// <summary>Takes consecutive rows of a data set.</summary>
    public void Gather(Dataset data, int from, int count)
    {
        Span<int> rows = count <= 1024 ? stackalloc int[count] : new int[count];
        for (var i = 0; i < count; i++)
            rows[i] = from + i;
        Gather(data, rows);
    }

    /// <summary>Takes raw rows, standardized on the way.</summary>
    public void Gather(Standardizer standardizer, ReadOnlySpan<float> raw)
    {
        var features = standardizer.Means.Length;
        Span<float> row = features <= 1024 ? stackalloc float[features] : new float[features];
        Rows = raw.Length / features;
        for (var i = 0; i < Rows; i++)
        {
            standardizer.Apply(raw.Slice(i * features, features), row);
            Widen(row, _inputs.Host + ((nint)i * Stride));
        }
        _inputs.Upload();
    }

    public void Dispose()
    {
        _inputs.Dispose();
        _labels.Dispose();
        _targets.Dispose();
    }

    private static void Widen(ReadOnlySpan<float> source, T* target)
    {
        if (typeof(T) == typeof(float))
        {
            source.CopyTo(new Span<float>(target, source.Length));
            return;
        }
        for (var i = 0; i < source.Length; i++)
            target[i] = T.CreateTruncating(source[i]);
    }
}
