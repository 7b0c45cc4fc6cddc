using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

/// <summary>Least squares on two ranks with different data: does compressed descent reach the dense optimum?</summary>
public sealed class ErrorFeedbackTests
{
    private const int Length = 256;

    [Theory]
    [InlineData("one bit")]
    [InlineData("two bits")]
    [InlineData("top 5 %")]
    [InlineData("rank 1")]
    public void With_error_feedback_descent_reaches_the_optimum(string kind)
    {
        var distance = Descend(rank => kind switch
        {
            "one bit" => new QuantizedReducer(Length, new OneBitQuantizer(64), rank, 2),
            "two bits" => new QuantizedReducer(Length, new TwoBitQuantizer(8), rank, 2),
            "top 5 %" => new TopKReducer(Length, 0.05),
            _ => new PowerSgdReducer(Length, 1),
        });
        // Two bits need a threshold above the gradients' size, or residuals grow without end.
        // Top-k sends an element every twentieth step, so it still moves with the last steps' rate.
        Assert.InRange(distance, 0, 0.04);
    }

    [Fact]
    public void Without_error_feedback_one_bit_descent_stays_away_from_it()
    {
        var kept = Descend(rank => new QuantizedReducer(Length, new OneBitQuantizer(64), rank, 2));
        var lost = Descend(
            rank => new QuantizedReducer(Length, new OneBitQuantizer(64), rank, 2, errorFeedback: false));
        Assert.True(lost > 10 * kept, $"The distance is {kept} with and {lost} without error feedback.");
    }

    /// <summary>
    /// Minimises mean_k Σ cᵢ (wᵢ − targetᵢₖ)² / 2, whose optimum is the mean of the targets; returns the relative
    /// distance.
    /// </summary>
    private static double Descend(Func<int, GradientReducer<float>> create)
    {
        var targets = new[] { QuantizerConformance.Normal(Length, 1), QuantizerConformance.Normal(Length, 2) };
        var weights = new float[2][];
        Ranks.Run(InProcessGroup.Create(2), group =>
        {
            var reducer = create(group.Rank);
            var (w, gradient) = (weights[group.Rank] = new float[Length], new float[Length]);
            for (var step = 0; step < 3000; step++)
            {
                var rate = 0.1f / (1 + (step / 100f));
                for (var i = 0; i < Length; i++)
                    gradient[i] = (1 + (i % 3)) * (w[i] - targets[group.Rank][i]);
                reducer.Reduce(group, gradient);
                for (var i = 0; i < Length; i++) w[i] -= rate * gradient[i];
            }
        });
        Assert.Equal(weights[0], weights[1]);
        double error = 0, norm = 0;
        for (var i = 0; i < Length; i++)
        {
            var optimum = (targets[0][i] + targets[1][i]) / 2.0;
            error += Math.Pow(weights[0][i] - optimum, 2);
            norm += optimum * optimum;
        }
        return Math.Sqrt(error / norm);
    }
}
