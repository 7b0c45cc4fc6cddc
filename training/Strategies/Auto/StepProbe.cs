using System.Diagnostics;
using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>Measures what steps and messages cost, on all ranks at the same time.</summary>
internal static class StepProbe
{
    private const int WarmUps = 2, Messages = 7, LongLength = 1 << 18;

    /// <summary>Steps of a model of its own on this rank's part of the first batches, half of them on half the
    /// rows.</summary>
    public static unsafe StepCosts Steps<T>(TrainingInput input, ProcessGroup group, int steps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var share = Math.Max(1, input.BatchSize / group.WorldSize);
        var half = Math.Max(1, share / 2);
        using var learner = new LocalLearner<T>(input, share);
        learner.Network.Initialize(input.Spec.Seed);
        var (whole, less, optimizer) = (new List<double>(), new List<double>(), new List<double>());
        for (var step = -WarmUps; step < steps; step++)
        {
            var rows = step % 2 == 0 ? share : half;
            var first = (int)(((long)(step + WarmUps) * input.BatchSize + (group.Rank * share)) % input.Train.Rows);
            int[] taken = [.. Enumerable.Range(first, rows).Select(row => row % input.Train.Rows)];
            var started = Stopwatch.GetTimestamp();
            learner.Differentiate(taken, 1, 0);
            var computed = Stopwatch.GetTimestamp();
            learner.Step(1e-12);
            if (step < 0)
                continue;
            (rows == share ? whole : less).Add(Stopwatch.GetElapsedTime(started, computed).TotalSeconds);
            optimizer.Add(Stopwatch.GetElapsedTime(computed).TotalSeconds);
        }
        // The slowest rank's, which is what all wait for.
        Span<double> slowest = [Median(whole), Median(half < share ? less : whole), Median(optimizer)];
        group.AllReduce(slowest, ReduceOp.Max);
        var perRow = half < share ? Math.Max(0, (slowest[0] - slowest[1]) / (share - half)) : slowest[0] / share;
        var mean = whole.Average();
        var deviation = Math.Sqrt(whole.Average(seconds => (seconds - mean) * (seconds - mean)));
        var paces = RankPace.Gather(group, new RankPace(whole.Count, mean, deviation, whole.Count * share));
        return new StepCosts
        {
            BatchSize = input.BatchSize,
            PassSeconds = Math.Max(0, slowest[0] - (perRow * share)),
            RowSeconds = perRow,
            OptimizerSeconds = slowest[2],
            ParameterBytes = (long)learner.Plan.Length * sizeof(T),
            OptimizerStates = learner.Optimizer.States.Length,
            Variation = RankPace.Variation(paces),
        };
    }

    /// <summary>All-reduces of a number and of a mebibyte.</summary>
    public static LinkCost Link(ProcessGroup group)
    {
        var (tiny, longer) = (new double[1], new float[LongLength]);
        Span<double> seconds = [Median(Times(tiny)), Median(Times(longer))];
        group.AllReduce(seconds, ReduceOp.Max);
        return LinkCost.Of(seconds[0], seconds[1], LongLength * sizeof(float), group.WorldSize);

        List<double> Times<T>(T[] values)
            where T : unmanaged
        {
            var times = new List<double>();
            for (var i = -WarmUps; i < Messages; i++)
            {
                group.Barrier();
                var started = Stopwatch.GetTimestamp();
                group.AllReduce(values.AsSpan());
                if (i >= 0)
                    times.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
            return times;
        }
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
