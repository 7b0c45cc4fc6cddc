using System.Collections.Immutable;
using System.Text.Json.Nodes;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>
/// Loss, gradients, running statistics and predictions of each layer beside those of PyTorch 1.13, in float64:
/// Reference/layers.json, made by Reference/torch_layers.py.
/// </summary>
public sealed class TorchLayerTests
{
    private const double Tolerance = 1e-9;             // the figures are stored with twelve digits
    private const int Classes = 3;

    public static TheoryData<string> Cases => [.. Stored().Select(stored => (string)stored!["name"]!)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_layer_computes_what_PyTorch_computes(string name)
    {
        var stored = Stored().Single(entry => (string)entry!["name"]! == name)!;
        var data = DataOf(stored);
        using var network = Nets.Make<double>(ModelOf(stored), data, seed: 1);
        SetParameters(network, stored["tensors"]!);

        network.Step(data, [.. Enumerable.Range(0, data.Rows)], 1.0 / data.Rows, new DropoutMask(1, 1, 0));

        Assert.Equal((double)stored["loss"]!, network.TakeLoss() / data.Rows, Tolerance);
        AssertTensors(stored["gradients"]!, network.Plan.Parameters, network.Gradient);
        AssertTensors(stored["statistics"]!, network.Plan.Statistics, network.Statistics);
        var probabilities = new float[data.Rows * Classes];
        network.Predict(data.Schema, data.Inputs, probabilities);
        var expected = Numbers(stored["probabilities"]!);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], probabilities[i], 1e-6);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void In_float32_it_is_the_same_but_for_rounding(string name)
    {
        var stored = Stored().Single(entry => (string)entry!["name"]! == name)!;
        var data = DataOf(stored);
        using var network = Nets.Make<float>(ModelOf(stored), data, seed: 1);
        foreach (var place in network.Plan.Parameters)
            place.Set(network.Parameters.Span, [.. Numbers(stored["tensors"]![place.Name]!).Select(v => (float)v)]);

        network.Step(data, [.. Enumerable.Range(0, data.Rows)], 1.0 / data.Rows, new DropoutMask(1, 1, 0));

        foreach (var place in network.Plan.Parameters)
        {
            var expected = Numbers(stored["gradients"]![place.Name]!);
            var actual = new float[place.Count];
            place.Get(network.Gradient.Span, actual);
            var scale = Math.Max(1, expected.Max(Math.Abs));
            for (var i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], 5e-6 * scale);
        }
    }

    private static JsonArray Stored() => ReferenceFile.Read("layers.json").AsArray();

    private static Dataset DataOf(JsonNode stored)
    {
        var features = (int)stored["features"]!;
        var schema = SyntheticData.Classes(1, features, Classes).Schema;
        return Dataset.ForClassification(
            schema, [.. Numbers(stored["rows"]!).Select(v => (float)v)],
            [.. stored["labels"]!.AsArray().Select(label => (int)label!)]);
    }

    private static ModelSpec ModelOf(JsonNode stored) =>
        ModelJson.Read($$"""{"type": "layers", "list": {{stored["layers"]!.ToJsonString()}}}""");

    private static void SetParameters(Network<double> network, JsonNode tensors)
    {
        Assert.Equal(
            tensors.AsObject().Select(pair => pair.Key).Order(StringComparer.Ordinal),
            network.Plan.Parameters.Select(place => place.Name).Order(StringComparer.Ordinal));
        foreach (var place in network.Plan.Parameters)
            place.Set(network.Parameters.Span, Numbers(tensors[place.Name]!));
    }

    private static void AssertTensors(JsonNode tensors, ImmutableArray<TensorPlace> places, DeviceArray<double> arena)
    {
        Assert.Equal(tensors.AsObject().Count, places.Length);
        foreach (var place in places)
        {
            var expected = Numbers(tensors[place.Name]!);
            var actual = new double[place.Count];
            place.Get(arena.Span, actual);
            for (var i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], Tolerance);
        }
    }

    private static double[] Numbers(JsonNode node) => ReferenceFile.Numbers(node);
}
