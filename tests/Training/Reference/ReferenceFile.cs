using System.Text.Json.Nodes;
using TuneGraph.Tests.Repository;

namespace TuneGraph.Tests.Training;

/// <summary>Figures of other programs, stored beside the scripts that made them.</summary>
internal static class ReferenceFile
{
    public static JsonNode Read(string name) =>
        JsonNode.Parse(File.ReadAllText(Checkout.PathOf("tests/Training/Reference/" + name)))!;

    public static double[] Numbers(JsonNode node) => [.. node.AsArray().Select(value => (double)value!)];
}
