namespace TuneGraph.Training;

/// <summary>
/// Metrics of predicted probabilities [rows, classes]. With two classes the second is the positive one; with more, each
/// in turn is positive, and the plain mean over those for which the metric has a meaning is taken.
/// </summary>
internal static class ClassMetrics
{
    /// <summary>
    /// 2 precision recall / (precision + recall) of the most probable class; 0 where nothing is right.
    /// </summary>
    public static double F1(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> labels, int classes)
    {
        int[] hits = new int[classes], predicted = new int[classes], actual = new int[classes];
        for (var row = 0; row < labels.Length; row++)
        {
            var guess = MostProbable(probabilities.Slice(row * classes, classes));
            predicted[guess]++;
            actual[labels[row]]++;
            hits[guess] += guess == labels[row] ? 1 : 0;
        }
        double Of(int c) => predicted[c] + actual[c] == 0 ? 0 : 2.0 * hits[c] / (predicted[c] + actual[c]);
        if (classes == 2)
            return Of(1);
        var present = Enumerable.Range(0, classes).Where(c => predicted[c] + actual[c] > 0);
        return present.Average(Of);
    }

    /// <summary>See <see cref="RankingMetrics.RocAuc"/>; null when no class has a meaning.</summary>
    public static double? RocAuc(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> labels, int classes) =>
        OneAgainstRest(probabilities, labels, classes, ranksPrecision: false);

    /// <summary>See <see cref="RankingMetrics.AveragePrecision"/>; null when no class has a meaning.</summary>
    public static double? AveragePrecision(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> labels, int classes) =>
        OneAgainstRest(probabilities, labels, classes, ranksPrecision: true);

    private static double? OneAgainstRest(
        ReadOnlySpan<float> probabilities, ReadOnlySpan<int> labels, int classes, bool ranksPrecision)
    {
        var scores = new float[labels.Length];
        var positive = new bool[labels.Length];
        double sum = 0;
        var count = 0;
        for (var c = classes == 2 ? 1 : 0; c < classes; c++)
        {
            for (var row = 0; row < labels.Length; row++)
                (scores[row], positive[row]) = (probabilities[(row * classes) + c], labels[row] == c);
            var value = ranksPrecision
                ? RankingMetrics.AveragePrecision(scores, positive)
                : RankingMetrics.RocAuc(scores, positive);
            sum += value ?? 0;
            count += value is null ? 0 : 1;
        }
        return count == 0 ? null : sum / count;
    }

    private static int MostProbable(ReadOnlySpan<float> row)
    {
        var best = 0;
        for (var c = 1; c < row.Length; c++)
            best = row[c] > row[best] ? c : best;
        return best;
    }
}
