using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>The kernels against the update rules of PyTorch's documentation, written out in double.</summary>
public sealed class OptimizerTests
{
    private const int Steps = 5;

    public static TheoryData<OptimizerSpec> Specs =>
    [
        new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 0.1, Momentum = 0 },
        new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 0.1, Momentum = 0.9 },
        new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 0.1, Momentum = 0.9, WeightDecay = 0.05 },
        new OptimizerSpec
            { Kind = OptimizerKind.Sgd, LearningRate = 0.1, Momentum = 0.8, Nesterov = true, WeightDecay = 0.05 },
        new OptimizerSpec { Kind = OptimizerKind.Adam, LearningRate = 0.02 },
        new OptimizerSpec { Kind = OptimizerKind.Adam, LearningRate = 0.02, WeightDecay = 0.1, Epsilon = 1e-3 },
        new OptimizerSpec { Kind = OptimizerKind.Adam, LearningRate = 0.02, Beta1 = 0.5, Beta2 = 0.9 },
        new OptimizerSpec { Kind = OptimizerKind.AdamW, LearningRate = 0.02, WeightDecay = 0.1 },
        new OptimizerSpec { Kind = OptimizerKind.AdamW, LearningRate = 0.02, Beta1 = 0, WeightDecay = 0 },
    ];

    [Theory]
    [MemberData(nameof(Specs))]
    public void Five_steps_give_the_documented_sequence(OptimizerSpec spec)
    {
        const int Count = 32;
        using var weights = new NativeArray<double>(Count);
        using var gradient = new NativeArray<double>(Count);
        using var optimizer = new Optimizer<double>(spec, Count, [], Kernels<double>.Best);
        for (var i = 0; i < Count; i++)
            weights.Span[i] = i - 15.5;
        var expected = weights.Span.ToArray().Select(w => new Reference(spec, w)).ToArray();
        for (var step = 1; step <= Steps; step++)
        {
            for (var i = 0; i < Count; i++)
            {
                gradient.Span[i] = Math.Sin(step + i);
                expected[i].Step(Math.Sin(step + i));
            }
            optimizer.Step(weights, gradient, spec.LearningRate);
        }
        Assert.Equal(Steps, optimizer.Steps);
        for (var i = 0; i < Count; i++)
            Assert.Equal(expected[i].Weight, weights.Span[i], 1e-13);
    }

    /// <summary>By hand: with g = 1 each time, Adam moves by the learning rate at every step, up to epsilon.</summary>
    [Fact]
    public void Adam_moves_by_the_learning_rate_under_a_constant_gradient()
    {
        using var weights = new NativeArray<double>(8);
        using var gradient = new NativeArray<double>(8);
        gradient.Span.Fill(1);
        var spec = new OptimizerSpec { LearningRate = 0.01 };
        using var optimizer = new Optimizer<double>(spec, 8, [], Kernels<double>.Best);
        for (var step = 1; step <= 10; step++)
        {
            optimizer.Step(weights, gradient, spec.LearningRate);
            Assert.Equal(-0.01 * step, weights.Span[3], 1e-8);
        }
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Adam)]
    public void State_fades_to_zero_instead_of_sticking_at_subnormals(OptimizerKind kind)
    {
        using var weights = new NativeArray<float>(16);
        using var gradient = new NativeArray<float>(16);
        gradient.Span.Fill(1);
        var spec = new OptimizerSpec { Kind = kind, Beta2 = 0.9 };
        using var optimizer = new Optimizer<float>(spec, 16, [], Kernels<float>.Best);
        for (var step = 0; step < 1000; step++)
        {
            optimizer.Step(weights, gradient, spec.LearningRate);
            gradient.Span.Clear();
        }
        Assert.All(optimizer.States, state => Assert.All(state.Values.Span.ToArray(), value => Assert.Equal(0, value)));
        Assert.True(float.IsFinite(weights.Span[0]) && weights.Span[0] < 0);
    }

    [Theory]
    [InlineData("LearningRate", 0)]
    [InlineData("LearningRate", double.PositiveInfinity)]
    [InlineData("Momentum", 1)]
    [InlineData("Beta1", -0.1)]
    [InlineData("Beta2", double.NaN)]
    [InlineData("Epsilon", 0)]
    [InlineData("WeightDecay", -1)]
    public void A_setting_out_of_range_is_refused_by_name(string name, double value)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => name switch
        {
            "LearningRate" => new OptimizerSpec { LearningRate = value },
            "Momentum" => new OptimizerSpec { Momentum = value },
            "Beta1" => new OptimizerSpec { Beta1 = value },
            "Beta2" => new OptimizerSpec { Beta2 = value },
            "Epsilon" => new OptimizerSpec { Epsilon = value },
            _ => new OptimizerSpec { WeightDecay = value },
        });
        Assert.Equal(name, error.ParamName);
    }

    /// <summary>torch.optim.SGD, Adam and AdamW: the algorithm boxes of PyTorch 2's documentation.</summary>
    private sealed class Reference(OptimizerSpec spec, double weight)
    {
        private double _m;
        private double _v;
        private double? _b;
        private int _t;

        public double Weight { get; private set; } = weight;

        public void Step(double g)
        {
            _t++;
            var lambda = spec.WeightDecay;
            if (spec.Kind == OptimizerKind.AdamW)
                Weight -= spec.LearningRate * lambda * Weight;
            else
                g += lambda * Weight;
            Weight -= spec.LearningRate * (spec.Kind == OptimizerKind.Sgd ? SgdDirection(g) : AdamDirection(g));
        }

        private double SgdDirection(double g)
        {
            if (spec.Momentum == 0)
                return g;
            _b = _b is { } b ? (spec.Momentum * b) + g : g;
            return spec.Nesterov ? g + (spec.Momentum * _b.Value) : _b.Value;
        }

        private double AdamDirection(double g)
        {
            _m = (spec.Beta1 * _m) + ((1 - spec.Beta1) * g);
            _v = (spec.Beta2 * _v) + ((1 - spec.Beta2) * g * g);
            var mHat = _m / (1 - Math.Pow(spec.Beta1, _t));
            var vHat = _v / (1 - Math.Pow(spec.Beta2, _t));
            return mHat / (Math.Sqrt(vHat) + spec.Epsilon);
        }
    }
}
