using System.Text.RegularExpressions;
using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps;

public sealed partial class SpacesPageTests
{
    [Fact]
    public void Each_example_of_the_page_is_a_space()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "spaces.md"));
        var examples = Example().Matches(page).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(5, examples.Count);
        foreach (var example in examples)
        {
            string[] names = [.. ParameterName().Matches(example).Select(match => match.Groups[1].Value)];
            // The page shows spaces, not models; a name that is mentioned with its dollar sign is not idle.
            var mentioned = string.Join(", ", names.Append("optimizer.beta1").Select(name => "$" + name));
            var space = SweepSample.Read($$"""
                apiVersion: tunegraph/v1
                kind: Sweep
                name: page
                objective: {metric: val_loss}
                data: {file: data/wine.csv.gz, target: cultivar, exclude: [{{mentioned}}]}
                model: mlp

                """ + example).Space!;
            var random = new SearchRandom(1);
            for (var i = 0; i < 20; i++)
                space.Validate(space.Draw(random));
            Assert.All(names, name => Assert.True(space.TryGet(name, out _), name));
        }
    }

    [GeneratedRegex("```yaml\\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("^  ([a-z0-9]+): +\\{", RegexOptions.Multiline)]
    private static partial Regex ParameterName();
}
