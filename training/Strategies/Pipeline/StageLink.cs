using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>Messages between the stages of a pipeline: values, and behind them the sender's virtual time.</summary>
/// <param name="stages">The stages, in order.</param>
/// <param name="clock">This stage's time.</param>
internal sealed unsafe class StageLink<T>(ProcessGroup stages, StageClock clock)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Sends values, behind which there is room for one more, to a stage.</summary>
    public void Send(T* values, nint count, int stage)
    {
        values[count] = T.CreateTruncating(clock.Stamp);
        stages.Send(new ReadOnlySpan<T>(values, checked((int)count + 1)), stage);
    }

    /// <summary>Receives values, behind which there is room for one more, from a stage.</summary>
    public void Receive(T* values, nint count, int stage)
    {
        stages.Receive(new Span<T>(values, checked((int)count + 1)), stage);
        clock.Receive(double.CreateTruncating(values[count]));
    }
}
