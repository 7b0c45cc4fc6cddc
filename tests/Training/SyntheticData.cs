using System.Collections.Immutable;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Small data sets made of a fixed random sequence.</summary>
internal static class SyntheticData
{
    public static Dataset Classes(int rows, int features, int classes, int seed = 1)
    {
        var random = new Random(seed);
        var centres = Values(random, classes * features, 1.5);
        var inputs = new float[rows * features];
        var labels = new int[rows];
        for (var row = 0; row < rows; row++)
        {
            labels[row] = random.Next(classes);
            for (var f = 0; f < features; f++)
                inputs[(row * features) + f] = centres[(labels[row] * features) + f] + (float)Normal(random);
        }
        return Dataset.ForClassification(Schema(LearningTask.Classification, features, classes), inputs, labels);
    }

    public static Dataset Numbers(int rows, int features, int seed = 1)
    {
        var random = new Random(seed);
        var inputs = Values(random, rows * features, 1);
        var targets = new float[rows];
        for (var row = 0; row < rows; row++)
            targets[row] = (float)(Math.Sin(inputs[row * features]) + (0.1 * Normal(random)));
        return Dataset.ForRegression(Schema(LearningTask.Regression, features, 0), inputs, targets);
    }

    /// <summary>Unit Gaussians whose centres lie about a hundred apart; the targets are 0.</summary>
    public static Dataset Far(int rows, int features, int groups, int seed = 1)
    {
        var random = new Random(seed);
        var centres = Values(random, groups * features, 20);
        var inputs = Values(random, rows * features, 1);
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] += centres[(i / features % groups * features) + (i % features)];
        return Regression(inputs, new float[rows]);
    }

    /// <summary>Two classes that a plane divides but for a tenth of the rows; most features of a row are 0.</summary>
    public static Dataset Sparse(int rows, int features, double density, int seed = 1)
    {
        var plane = Values(new Random(42), features, 1);
        var random = new Random(seed);
        var inputs = new float[rows * features];
        var labels = new int[rows];
        for (var row = 0; row < rows; row++)
        {
            var z = 0.0;
            for (var f = 0; f < features; f++)
            {
                if (random.NextDouble() < density)
                    inputs[(row * features) + f] = (float)Normal(random);
                z += plane[f] * inputs[(row * features) + f];
            }
            labels[row] = z > 0 != random.NextDouble() < 0.1 ? 1 : 0;
        }
        return Dataset.ForClassification(Schema(LearningTask.Classification, features, 2), inputs, labels);
    }

    /// <summary>The same rows several times over.</summary>
    public static Dataset Repeated(Dataset data, int times) => Dataset.ForClassification(
        data.Schema,
        Enumerable.Repeat(data.Inputs.ToArray(), times).SelectMany(values => values).ToArray(),
        Enumerable.Repeat(data.Labels.ToArray(), times).SelectMany(labels => labels).ToArray());

    public static Dataset Regression(float[] inputs, float[] targets) => Dataset.ForRegression(
        Schema(LearningTask.Regression, inputs.Length / targets.Length, 0), inputs, targets);

    public static float[] Values(Random random, int count, double scale) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(scale * Normal(random)))];

    private static DataSchema Schema(LearningTask task, int features, int classes) => new()
    {
        Task = task,
        FeatureNames = Names("feature", features),
        ClassNames = Names("class", classes),
        Standardizer = Standardizer.Identity(features),
    };

    private static ImmutableArray<string> Names(string stem, int count) =>
        [.. Enumerable.Range(0, count).Select(i => $"{stem}{i}")];

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
