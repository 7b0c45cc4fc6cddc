using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>
/// A trained model with all that is needed to use it: parameters, standardization, names. Immutable and
/// thread-safe.
/// </summary>
public sealed class TrainedModel
{
    /// <summary>Rows per pass: enough for full speed, little enough for the caches.</summary>
    private const int RowsPerPass = 256;

    private readonly SafeTensorsFile _parameters;

    internal TrainedModel(
        ModelSpec architecture, DataSchema schema, LossKind loss, IEnumerable<SafeTensor> parameters)
    {
        Architecture = architecture;
        Schema = schema;
        Loss = loss;
        _parameters = new SafeTensorsFile([.. parameters], ImmutableDictionary<string, string>.Empty);
        using var network = MakeNetwork(1);      // finds a missing or misshapen tensor now rather than later
    }

    /// <summary>The kind of model and its settings; dropout does not act in prediction.</summary>
    public ModelSpec Architecture { get; }

    /// <summary>What it was trained with, never <see cref="LossKind.Auto"/>.</summary>
    public LossKind Loss { get; }

    /// <summary>What goes in and what comes out.</summary>
    public DataSchema Schema { get; }

    internal ImmutableArray<SafeTensor> Parameters => _parameters.Tensors;

    /// <summary>Reads a model file.</summary>
    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or not a model.</exception>
    public static TrainedModel Load(string path)
    {
        try
        {
            return ModelFile.Read(File.ReadAllBytes(path));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>
    /// Writes this model as a safetensors file. The file appears whole or not at all; an older one is replaced.
    /// </summary>
    /// <param name="path">Where to; by custom ending in ".safetensors".</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        var unfinished = path + ".unfinished";
        File.WriteAllBytes(unfinished, ModelFile.Write(this));
        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Predicts for rows as they come, in the features' own units.</summary>
    /// <param name="rawFeatures">[rows, features], row-major, in the order of the schema's feature names.</param>
    /// <param name="outputs">
    /// [rows, outputs]: a probability per class, or the predicted target in its own unit.
    /// </param>
    /// <exception cref="ArgumentException">The lengths are not those of whole rows.</exception>
    public void Predict(ReadOnlySpan<float> rawFeatures, Span<float> outputs)
    {
        var rows = Math.DivRem(rawFeatures.Length, Schema.Features, out var remainder);
        if (remainder != 0 || outputs.Length != (long)rows * Schema.Outputs)
        {
            throw new ArgumentException($"A row takes {Schema.Features} features in and {Schema.Outputs} outputs; got "
                + $"{rawFeatures.Length} and {outputs.Length} values.", nameof(outputs));
        }
        using var network = MakeNetwork(Math.Clamp(rows, 1, RowsPerPass));
        for (var row = 0; row < rows; row += RowsPerPass)
        {
            var count = Math.Min(RowsPerPass, rows - row);
            network.Predict(Schema, rawFeatures.Slice(row * Schema.Features, count * Schema.Features),
                outputs.Slice(row * Schema.Outputs, count * Schema.Outputs));
        }
        if (Schema.Task != LearningTask.Regression)
            return;
        var standardizer = Schema.Standardizer;
        foreach (ref var output in outputs)
            output = (float)((output * standardizer.TargetDeviation) + standardizer.TargetMean);
    }

    /// <summary>Judges this model on a data set, whatever standardizer the set was prepared with.</summary>
    /// <param name="data">At least one row, with the same features and classes.</param>
    /// <exception cref="ArgumentException">The set has no rows, or other features, task or classes.</exception>
    public ModelMetrics Evaluate(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        CheckFits(data);
        var outputs = new float[data.Rows * Schema.Outputs];
        var step = RowsTogether(data);
        for (var row = 0; row < data.Rows; row += step)
        {
            var raw = Raw(data, row, (int)Math.Min(data.Rows, row + (long)step));
            Predict(raw, outputs.AsSpan(row * Schema.Outputs, raw.Length / data.Features * Schema.Outputs));
        }
        return Schema.Task == LearningTask.Classification
            ? ClassificationMetrics(data, outputs)
            : PredictionMetrics.OfNumbers(
                data, outputs, error => LossOf(error / Schema.Standardizer.TargetDeviation));
    }

    private ModelMetrics ClassificationMetrics(Dataset data, ReadOnlySpan<float> outputs)
    {
        using var network = MakeNetwork(Math.Min(data.Rows, RowsPerPass));
        var (loss, correct) = Measure(network, data);
        return PredictionMetrics.OfClasses(data, outputs, loss / data.Rows, (double)correct / data.Rows);
    }

    private (double Loss, int Correct) Measure(Network<float> network, Dataset data)
    {
        if (data.Schema.Standardizer.Equals(Schema.Standardizer))
            return network.Evaluate(data, 0, data.Rows);
        var sum = (Loss: 0.0, Correct: 0);
        var step = RowsTogether(data);
        for (var row = 0; row < data.Rows; row += step)
        {
            var part = Standardized(data, row, (int)Math.Min(data.Rows, row + (long)step));
            var (loss, correct) = network.Evaluate(part, 0, part.Rows);
            sum = (sum.Loss + loss, sum.Correct + correct);
        }
        return sum;
    }

    /// <summary>The training's loss of a standardized error; Huber's with its default border.</summary>
    private double LossOf(double error) => Loss switch
    {
        LossKind.AbsoluteError => Math.Abs(error),
        LossKind.Huber => Math.Abs(error) <= 1 ? 0.5 * error * error : Math.Abs(error) - 0.5,
        _ => error * error,
    };

    /// <summary>Rows copied at a time: 16 MiB, since a data set may be larger than memory.</summary>
    private static int RowsTogether(Dataset data) => Math.Max(RowsPerPass, (4 << 20) / data.Features);

    /// <summary>Some rows in their own units.</summary>
    private static float[] Raw(Dataset data, int from, int end)
    {
        var raw = new float[(end - from) * data.Features];
        for (var row = from; row < end; row++)
            data.Row(row).CopyTo(raw.AsSpan((row - from) * data.Features));
        for (var i = 0; i < raw.Length; i++)
            raw[i] = (float)data.Schema.Standardizer.Undo(i % data.Features, raw[i]);
        return raw;
    }

    /// <summary>Some rows as this model wants them.</summary>
    private Dataset Standardized(Dataset data, int from, int end)
    {
        var inputs = Raw(data, from, end);
        for (var at = 0; at < inputs.Length; at += data.Features)
            Schema.Standardizer.Apply(inputs.AsSpan(at, data.Features), inputs.AsSpan(at, data.Features));
        return Dataset.ForClassification(Schema, inputs, data.Labels[from..end]);
    }

    private void CheckFits(Dataset data)
    {
        if (data.Rows == 0)
            throw new ArgumentException("The data set has no rows to judge by.", nameof(data));
        if (data.Schema.Task != Schema.Task)
        {
            throw new ArgumentException(
                $"The model does {Schema.Task}, the data is for {data.Schema.Task}.", nameof(data));
        }
        CheckNames("features", Schema.FeatureNames, data.Schema.FeatureNames);
        CheckNames("classes", Schema.ClassNames, data.Schema.ClassNames);
    }

    private static void CheckNames(string what, ImmutableArray<string> own, ImmutableArray<string> other)
    {
        if (!own.SequenceEqual(other, StringComparer.Ordinal))
        {
            throw new ArgumentException($"The model's {what} are {string.Join(", ", own)}; the data's are "
                + $"{string.Join(", ", other)}.", nameof(other));
        }
    }

    private Network<float> MakeNetwork(int capacity)
    {
        var shape = NetworkShape.Of(Architecture, Schema, Loss);
        var network = new Network<float>(shape, capacity, trains: false, Kernels<float>.Best);
        try
        {
            ParameterTensors.Load(_parameters, "", network.Plan.Parameters, network.Parameters);
            ParameterTensors.Load(_parameters, "", network.Plan.Statistics, network.Statistics);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
