using System.Text.Json;

namespace TuneGraph.Tests.Sweeps.Fleets;

/// <summary>What a worker says about a step, as a message.</summary>
public sealed class StepWordTests
{
    [Fact]
    public void A_message_may_leave_out_what_was_not_measured()
    {
        const string Message = """
            {"study": "s", "trial": 3, "segment": "a", "step": 2, "metrics": {"trainLoss": 0.5}}
            """;

        var metrics = JsonSerializer.Deserialize(Message, WireJson.Default.StepWord)!.Metrics;

        Assert.Equal(0.5, metrics.TrainLoss);
        Assert.Empty(metrics.Measures);
        Assert.Empty(metrics.Notes);
    }
}
