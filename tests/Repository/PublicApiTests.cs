using System.Reflection;
using PublicApiGenerator;

namespace TuneGraph.Tests.Repository;

/// <summary>What others build on changes on purpose only: a change shows as a change of a file in a review.</summary>
public sealed class PublicApiTests
{
    private const string Approve = "TUNEGRAPH_APPROVE";
    private const int ShownLines = 100;

    public static TheoryData<string> Libraries => [.. Layers.Engines, "TuneGraph"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_api_is_the_approved_one(string library)
    {
        var options = new ApiGeneratorOptions { IncludeAssemblyAttributes = false };
        var actual = Assembly.Load(library).GeneratePublicApi(options).ReplaceLineEndings("\n").TrimEnd() + '\n';
        var path = Checkout.PathOf($"tests/Repository/PublicApi/{library}.approved.txt");
        if (Environment.GetEnvironmentVariable(Approve) == "1")
            File.WriteAllText(path, actual);
        var approved = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (actual == approved)
            return;
        var difference = LineDifference.Of(approved.Split('\n'), actual.Split('\n'));
        Assert.Fail(
            $"The public API of {library} is not the approved one; {difference.Count} lines differ:\n"
            + $"{string.Join('\n', difference.Take(ShownLines))}\n"
            + $"If this is meant, run the tests once with {Approve}=1 and commit tests/Repository/PublicApi.");
    }

    [Fact]
    public void A_difference_tells_what_went_what_came_and_where() => Assert.Equal(
        ["  class A", "-   int X", "+   int Y"],
        LineDifference.Of(["class A", "  int W", "  int X", "class B"], ["class A", "  int W", "  int Y", "class B"]));
}
