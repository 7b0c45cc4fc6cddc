using System.Text.Json;
using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>
/// How far the best was from the optimum at most, as the study grew: what <c>budget.regret</c> would have judged by.
/// One at a time, as it is work for a whole core.
/// </summary>
internal static class RegretCurve
{
    private const int Least = 4;
    private const int MostPoints = 10;

    private static readonly SemaphoreSlim _turn = new(1);

    public static async Task SendAsync(HttpContext context, StudyFeed? feed)
    {
        if (feed is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var (space, completed, direction, seed) = feed.Look(view => (
            view.Definition.Objectives.Length == 1 ? view.Space : null, view.Evaluations(), view.Direction,
            view.Definition.Seed));
        await _turn.WaitAsync(context.RequestAborted);
        try
        {
            await JsonAnswer.SendAsync(context, completed.Count, () => JsonAnswer.Of(writer =>
                Write(writer, space is null ? [] : Of(space, completed, direction, seed, context.RequestAborted))));
        }
        catch (OperationCanceledException)
        {
            // Whoever asked has left.
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The bound after some of the trials, the last after all; empty while there are too few.</summary>
    internal static List<(int Trial, double Regret)> Of(
        SearchSpace space, List<Evaluation> completed, Direction direction, ulong seed,
        CancellationToken cancellationToken)
    {
        var curve = new List<(int, double)>();
        var points = Math.Min(MostPoints, completed.Count - Least + 1);
        for (var point = 1; point <= points; point++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var share = points == 1 ? 1.0 : (point - 1.0) / (points - 1);
            var count = Least + (int)Math.Round((completed.Count - Least) * share);
            var first = completed.GetRange(0, count);
            curve.Add((first[^1].Number, RegretTerminator.Regret(space, first, direction, seed)));
        }

        return curve;
    }

    private static void Write(Utf8JsonWriter writer, List<(int Trial, double Regret)> curve)
    {
        writer.WriteStartArray();
        foreach (var (trial, regret) in curve.Where(point => double.IsFinite(point.Regret)))
        {
            writer.WriteNumberValue(trial);
            writer.WriteNumberValue(regret);
        }

        writer.WriteEndArray();
    }
}
