namespace TuneGraph.Training;

/// <summary>Rows ready for training: standardized inputs, and a label or a target for each. Immutable.</summary>
public sealed class Dataset
{
    private readonly RowStore<float> _inputs;
    private readonly int[] _labels;
    private readonly float[] _targets;

    /// <summary>Takes what is right already.</summary>
    internal Dataset(DataSchema schema, RowStore<float> inputs, int[] labels, float[] targets)
    {
        Schema = schema;
        _inputs = inputs;
        _labels = labels;
        _targets = targets;
        Rows = schema.Task == LearningTask.Classification ? labels.Length : targets.Length;
    }

    /// <summary>What the columns mean.</summary>
    public DataSchema Schema { get; }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of features of each row.</summary>
    public int Features => Schema.Features;

    /// <summary>Standardized inputs, row-major: [rows, features].</summary>
    /// <exception cref="InvalidOperationException">They are more than 2³¹ values, on disk: read row by row.</exception>
    public ReadOnlySpan<float> Inputs => _inputs.All;

    /// <summary>Class index per row, 0 to classes - 1; empty for regression.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>Target per row in units of <see cref="Standardizer"/>; empty for classification.</summary>
    public ReadOnlySpan<float> Targets => _targets;

    /// <summary>A data set for classification.</summary>
    /// <param name="schema">What the columns mean; its task must be classification.</param>
    /// <param name="inputs">[rows, features], standardized by the schema's standardizer; copied.</param>
    /// <param name="labels">[rows] class indices; copied.</param>
    /// <exception cref="ArgumentException">Sizes do not fit, or a label is not the index of a class.</exception>
    public static Dataset ForClassification(
        DataSchema schema, ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels)
    {
        Check(schema, LearningTask.Classification, inputs.Length, labels.Length);
        for (var row = 0; row < labels.Length; row++)
        {
            if ((uint)labels[row] >= (uint)schema.ClassNames.Length)
            {
                throw new ArgumentException(
                    $"Row {row} has label {labels[row]}; there are {schema.ClassNames.Length} classes.",
                    nameof(labels));
            }
        }
        return new Dataset(schema, Copy(schema, inputs), labels.ToArray(), []);
    }

    /// <summary>A data set for regression.</summary>
    /// <param name="schema">What the columns mean; its task must be regression.</param>
    /// <param name="inputs">[rows, features], standardized by the schema's standardizer; copied.</param>
    /// <param name="targets">[rows] targets, standardized likewise; copied.</param>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static Dataset ForRegression(
        DataSchema schema, ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets)
    {
        Check(schema, LearningTask.Regression, inputs.Length, targets.Length);
        return new Dataset(schema, Copy(schema, inputs), [], targets.ToArray());
    }

    /// <summary>The standardized features of one row.</summary>
    /// <param name="row">0 to <see cref="Rows"/> - 1.</param>
    public ReadOnlySpan<float> Row(int row) => _inputs.Row(row);

    /// <summary>The rows of both, kept as the spec says.</summary>
    internal Dataset Concat(Dataset other, DataSpec spec)
    {
        var inputs = RowStore<float>.Of(spec, Features, checked(Rows + other.Rows));
        foreach (var part in (ReadOnlySpan<Dataset>)[this, other])
        {
            for (var row = 0; row < part.Rows; row++)
                part.Row(row).CopyTo(inputs.Append());
        }
        return new Dataset(Schema, inputs, [.. _labels, .. other._labels], [.. _targets, .. other._targets]);
    }

    private static MemoryRows<float> Copy(DataSchema schema, ReadOnlySpan<float> inputs)
    {
        var rows = inputs.Length / schema.Features;
        var copy = new MemoryRows<float>(schema.Features, rows);
        for (var row = 0; row < rows; row++)
            inputs.Slice(row * schema.Features, schema.Features).CopyTo(copy.Append());
        return copy;
    }

    private static void Check(DataSchema schema, LearningTask task, int values, int rows)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (schema.Task != task)
            throw new ArgumentException($"The schema is for {schema.Task}, not {task}.", nameof(schema));
        if ((long)rows * schema.Features != values)
        {
            throw new ArgumentException(
                $"{rows} rows of {schema.Features} features need {(long)rows * schema.Features} inputs, not {values}.");
        }
    }
}
