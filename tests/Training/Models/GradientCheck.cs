using System.Numerics;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Compares a network's gradient with central differences of its loss.</summary>
internal static class GradientCheck
{
    /// <summary>Checks every parameter, on all rows at once.</summary>
    public static void Run(Network<double> network, Dataset data, double step, double tolerance)
    {
        int[] rows = [.. Enumerable.Range(0, data.Rows)];
        var mask = new DropoutMask(5, 2, 100);
        double Loss()
        {
            network.Step(data, rows, 1.0 / rows.Length, mask);
            return network.TakeLoss() / rows.Length;
        }

        Loss();
        var gradient = network.Gradient.Span.ToArray();
        Assert.Contains(gradient, value => value != 0);
        foreach (var i in TrueElements(network.Plan))
        {
            ref var parameter = ref network.Parameters.Span[i];
            var value = parameter;
            parameter = value + step;
            var above = Loss();
            parameter = value - step;
            var below = Loss();
            parameter = value;
            Assert.Equal((above - below) / (2 * step), gradient[i], tolerance);
        }
    }

    /// <summary>Arena elements that are parameters rather than filling.</summary>
    public static IEnumerable<int> TrueElements(ArenaPlan plan) =>
        from place in plan.Parameters
        from row in Enumerable.Range(0, place.Rows)
        from column in Enumerable.Range(0, place.Columns)
        select place.Index(row, column);
}

/// <summary>Makes networks for data.</summary>
internal static class Nets
{
    public static Network<T> Make<T>(
        ModelSpec model, Dataset data, ulong seed, LossKind loss = LossKind.Auto, int? capacity = null,
        double huberDelta = 1, Kernels<T>? kernels = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (loss == LossKind.Auto)
        {
            loss = data.Schema.Task == LearningTask.Classification
                ? LossKind.CrossEntropy
                : LossKind.SquaredError;
        }
        var shape = NetworkShape.Of(model, data.Schema, loss, huberDelta);
        var network = new Network<T>(shape, capacity ?? data.Rows, trains: true, kernels ?? Kernels<T>.Best);
        network.Initialize(seed);
        return network;
    }
}
