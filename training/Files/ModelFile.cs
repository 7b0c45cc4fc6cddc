using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TuneGraph.Training;

/// <summary>Model files: safetensors with the schema as metadata and the standardizer as tensors.</summary>
internal static partial class ModelFile
{
    private const string Format = "tunegraph-model-2";

    public static byte[] Write(TrainedModel model)
    {
        var standardizer = model.Schema.Standardizer;
        long features = model.Schema.Features;
        ImmutableArray<SafeTensor> tensors =
        [
            .. model.Parameters,
            SafeTensor.Create<double>("standardizer.means", [features], standardizer.Means.AsSpan()),
            SafeTensor.Create<double>("standardizer.scales", [features], standardizer.Scales.AsSpan()),
            SafeTensor.Create<double>("standardizer.target", [2],
                [standardizer.TargetMean, standardizer.TargetDeviation]),
        ];
        var metadata = ImmutableDictionary<string, string>.Empty
            .Add("format", Format)
            .Add("task", model.Schema.Task.ToString())
            .Add("loss", model.Loss.ToString())
            .Add("model", ModelJson.Write(model.Architecture))
            .Add("feature_names", Json(model.Schema.FeatureNames))
            .Add("class_names", Json(model.Schema.ClassNames));
        return SafeTensors.Write(new SafeTensorsFile(tensors, metadata));
    }

    public static TrainedModel Read(ReadOnlySpan<byte> bytes)
    {
        var file = SafeTensors.Read(bytes);
        if (!file.Metadata.TryGetValue("format", out var format) || format != Format)
        {
            throw new InvalidDataException(
                $"This is not a model: its format is '{format ?? "not given"}', '{Format}' is needed.");
        }
        try
        {
            if (file.Tensor("standardizer.target").Values<double>() is not [var targetMean, var targetDeviation])
                throw new InvalidDataException("The tensor 'standardizer.target' needs two values.");
            var standardizer = new Standardizer(
                Statistics(file, "standardizer.means"), Statistics(file, "standardizer.scales"),
                targetMean, targetDeviation);
            var schema = new DataSchema
            {
                Task = Enum.Parse<LearningTask>(file.Meta("task")),
                FeatureNames = Names(file, "feature_names"),
                ClassNames = Names(file, "class_names"),
                Standardizer = standardizer,
            };
            if (schema.Features < 1 || schema.Features != standardizer.Means.Length || schema.Outputs < 1)
                throw new InvalidDataException("The numbers of features, means and classes do not fit together.");
            var architecture = ModelJson.Read(file.Meta("model"));
            var loss = Enum.Parse<LossKind>(file.Meta("loss"));
            if (loss.Task != schema.Task)
                throw new InvalidDataException($"The loss {loss} does not fit {schema.Task}.");
            return new TrainedModel(architecture, schema, loss, file.Tensors.Where(t => !t.Name.StartsWith(
                "standardizer.", StringComparison.Ordinal)));
        }
        catch (Exception e) when (e is ArgumentException or JsonException)
        {
            throw new InvalidDataException($"The model file contradicts itself: {e.Message}", e);
        }
    }

    private static ImmutableArray<double> Statistics(SafeTensorsFile file, string name) =>
        [.. file.Tensor(name).Values<double>()];

    private static string Json(ImmutableArray<string> names) =>
        JsonSerializer.Serialize([.. names], NamesJson.Default.StringArray);

    private static ImmutableArray<string> Names(SafeTensorsFile file, string name) =>
        [.. JsonSerializer.Deserialize(file.Meta(name), NamesJson.Default.StringArray) ?? []];

    [JsonSerializable(typeof(string[]))]
    private sealed partial class NamesJson : JsonSerializerContext;
}
