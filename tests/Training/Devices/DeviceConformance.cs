using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>What every device owes: the numbers of float64 on the CPU, but for rounding.</summary>
public abstract unsafe class DeviceConformance
{
    /// <summary>Relative to the largest number of an array, and absolute below 1.</summary>
    private const double Tolerance = 1e-5;

    /// <summary>Kernels for one training on the device under test.</summary>
    private protected abstract Kernels<float> Open();

    public static TheoryData<string> Models => [.. LayerGradientTests.Models.Keys];

    public static TheoryData<OptimizerKind, bool> Optimizers
    {
        get
        {
            var rows = new TheoryData<OptimizerKind, bool>();
            foreach (var kind in Enum.GetValues<OptimizerKind>())
            {
                rows.Add(kind, false);
                rows.Add(kind, true);
            }
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_has_the_loss_and_gradient_of_float64(string name) =>
        CheckModel(new LayeredSpec { List = [.. LayerGradientTests.Models[name], LayerGradientTests.Linear(4)] },
            SyntheticData.Classes(5, 6, 4), LossKind.Auto);

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 16, 3)]
    [InlineData(33, 10, 20)]
    [InlineData(7, 40, 17)]
    public void A_product_equals_the_sums_in_double(int rows, int columns, int depth)
    {
        using var kernels = Open();
        ProductCheck.Plain(kernels, rows, columns, depth, transposed: false);
        ProductCheck.Plain(kernels, rows, columns, depth, transposed: true);
        ProductCheck.TransposedRight(kernels, rows, columns, depth);
        ProductCheck.Dots(kernels, rows, columns, depth, pairs: 1);
        ProductCheck.Dots(kernels, rows, columns, depth, pairs: 3);
    }

    [Theory]
    [InlineData(LossKind.SquaredError)]
    [InlineData(LossKind.AbsoluteError)]
    [InlineData(LossKind.Huber)]
    public void A_loss_of_numbers_is_that_of_float64(LossKind loss) =>
        CheckModel(new MlpSpec { Hidden = [5] }, SyntheticData.Numbers(9, 4), loss);

    [Fact]
    public void The_loss_of_two_classes_is_that_of_float64() => CheckModel(
        new MlpSpec { Hidden = [5] }, SyntheticData.Classes(9, 4, 2), LossKind.BinaryCrossEntropy);

    [Fact]
    public void An_embedding_is_that_of_float64_and_refuses_what_is_no_index()
    {
        var model = new LayeredSpec
        {
            List = [new EmbeddingSpec { Count = 5, Width = 3 }, new FlattenSpec(), LayerGradientTests.Linear(2)],
        };
        float[] indices = [0, 4, 2, 2, 1, 0, 2, 3];
        var plain = SyntheticData.Classes(4, 2, 2);
        var data = Dataset.ForClassification(plain.Schema, indices, plain.Labels);
        CheckModel(model, data, LossKind.Auto);

        indices[5] = 5;
        data = Dataset.ForClassification(plain.Schema, indices, plain.Labels);
        using var kernels = Open();
        using var network = Nets.Make(model, data, 3, kernels: kernels);
        var error = Assert.Throws<InvalidDataException>(() =>
        {
            network.Step(data, [0, 1, 2, 3], 0.25, new DropoutMask(1, 1, 0));
            network.TakeLoss();
        });
        Assert.Contains("embedding", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void An_optimizer_takes_the_steps_of_float64(OptimizerKind kind, bool clips)
    {
        var spec = new OptimizerSpec
        {
            Kind = kind,
            LearningRate = 0.01,
            WeightDecay = 0.1,
            Nesterov = clips,
            ClipNorm = clips ? 0.5 : 0,
            ClipValue = clips ? 0.3 : 0,
        };
        using var kernels = Open();
        Close(Descend(Kernels<double>.Best, spec), Descend(kernels, spec));
    }

    [Fact]
    public void A_dropout_mask_has_the_bits_of_the_cpu()
    {
        const int Samples = 3, Planes = 2, Size = 21, Stride = 32;
        var mask = new DropoutMask(0x123456789ABCDEF, 7, 1000);
        using var kernels = Open();
        using var factors = kernels.Take<float>(Samples * Planes * Stride);
        kernels.Dropout(mask, 2, 0.3, Samples, Planes, Size, Stride, factors.Pointer);
        factors.Download();
        var expected = new float[Stride];
        for (var i = 0; i < Samples * Planes; i++)
        {
            mask.Fill(2, i / Planes, i % Planes, Size, 0.3, expected);
            Assert.Equal(expected[..Size], factors.Span.Slice(i * Stride, Size).ToArray());
        }
    }

    [Fact]
    public void A_training_follows_the_curve_of_the_cpu()
    {
        var data = SyntheticData.Classes(40, 6, 3);
        var model = new MlpSpec { Hidden = [9], Activation = Activation.Gelu, Dropout = 0.1 };
        var expected = Curve(Kernels<float>.Best, model, data);
        using var kernels = Open();
        var actual = Curve(kernels, model, data);
        Assert.True(expected[^1] < 0.7 * expected[0], $"{expected[0]} became {expected[^1]} only.");
        for (var step = 0; step < expected.Length; step++)
            Assert.Equal(expected[step], actual[step], 1e-4);
    }

    [Fact]
    public void Small_arithmetic_is_that_of_the_cpu()
    {
        using var kernels = Open();
        Assert.Equal(Arithmetic(Kernels<float>.Best), Arithmetic(kernels));
    }

    [Fact]
    public void A_logit_that_is_not_a_number_shows_in_the_loss()
    {
        var data = SyntheticData.Classes(4, 6, 3);
        using var kernels = Open();
        using var network = Nets.Make(new MlpSpec { Hidden = [5] }, data, 3, kernels: kernels);
        network.Parameters.Download();
        network.Parameters.Span[0] = float.NaN;
        network.Parameters.Upload();
        network.Step(data, [0, 1], 0.5, new DropoutMask(1, 1, 0));
        Assert.True(double.IsNaN(network.TakeLoss()));
    }

    /// <summary>What no layer asks for, in numbers that every device adds up exactly.</summary>
    private static float[] Arithmetic(Kernels<float> kernels)
    {
        using var a = kernels.Take<float>(64);
        using var b = kernels.Take<float>(64);
        using var halves = kernels.Take<float>(16);
        for (var i = 0; i < 64; i++)
            (a.Span[i], b.Span[i]) = ((7 * i % 13) - 6, i % 5);
        a.Upload();
        b.Upload();
        kernels.SubtractProduct(a.Pointer, b.Pointer, b.Pointer, 64);
        kernels.Scale(a.Pointer, 0.5f, 64);
        kernels.HalfSquares(a.Pointer, 4, 16, halves.Pointer);
        var squares = (float)kernels.SumOfSquares(a.Pointer, 64);
        kernels.MarkLargest(b.Pointer, halves.Pointer, 4, 16, 3);
        kernels.Clear(a.Pointer + 16, 16);
        var read = new float[64];
        kernels.Read(a.Pointer, read);
        b.Download();
        halves.Download();
        return [squares, .. read, .. b.Span, .. halves.Span[..4]];
    }

    private static double[] Curve(Kernels<float> kernels, MlpSpec model, Dataset data)
    {
        using var network = Nets.Make(model, data, 3, kernels: kernels);
        using var optimizer = new Optimizer<float>(
            new OptimizerSpec { LearningRate = 0.02 }, network.Plan.Length, [], kernels);
        var losses = new double[12];
        for (var step = 0; step < losses.Length; step++)
        {
            network.Step(data, [.. Enumerable.Range(0, 20).Select(row => (row + (20 * step)) % 40)], 0.05,
                new DropoutMask(5, step + 1, 0));
            optimizer.Step(network.Parameters, network.Gradient, 0.02);
            losses[step] = network.TakeLoss() / 20;
        }
        return losses;
    }

    private void CheckModel(ModelSpec model, Dataset data, LossKind loss)
    {
        using var reference = Nets.Make<double>(model, data, 3, loss);
        using var kernels = Open();
        using var network = Nets.Make(model, data, 3, loss, kernels: kernels);
        int[] rows = [.. Enumerable.Range(0, data.Rows)];
        var mask = new DropoutMask(5, 2, 100);
        for (var step = 0; step < 2; step++)              // the second finds what the first has left
        {
            reference.Step(data, rows, 1.0 / rows.Length, mask);
            network.Step(data, rows, 1.0 / rows.Length, mask);
        }
        Assert.Equal(reference.TakeLoss(), network.TakeLoss(), Tolerance * 10);
        network.Gradient.Download();
        foreach (var (expected, actual) in reference.Plan.Parameters.Zip(network.Plan.Parameters))
        {
            var (wanted, got) = (new double[expected.Count], new float[actual.Count]);
            expected.Get<double>(reference.Gradient.Span, wanted);
            actual.Get<float>(network.Gradient.Span, got);
            Close(wanted, [.. got.Select(value => (double)value)]);
        }
        var filling = Enumerable.Range(0, network.Plan.Length).Except(GradientCheck.TrueElements(network.Plan));
        Assert.All(filling, i => Assert.Equal(0f, network.Gradient.Span[i]));

        var (wantedLoss, wantedRight) = reference.Evaluate(data, 0, data.Rows);
        var (gotLoss, gotRight) = network.Evaluate(data, 0, data.Rows);
        Assert.Equal(wantedLoss, gotLoss, Tolerance * 10);
        Assert.Equal(wantedRight, gotRight);
        if (loss is LossKind.Auto or LossKind.BinaryCrossEntropy)
        {
            var (wanted, got) = (new float[data.Rows * data.Schema.Outputs], new float[data.Rows * data.Schema.Outputs]);
            reference.Predict(data.Schema, data.Inputs, wanted);
            network.Predict(data.Schema, data.Inputs, got);
            Close([.. wanted.Select(value => (double)value)], [.. got.Select(value => (double)value)]);
        }
    }

    /// <summary>Three steps of two tensors, the second with a large gradient.</summary>
    private static double[] Descend<T>(Kernels<T> kernels, OptimizerSpec spec)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        const int Count = 160;
        using var w = kernels.Take<T>(Count);
        using var g = kernels.Take<T>(Count);
        using var optimizer = new Optimizer<T>(
            spec, Count, [new ArenaRange(0, 32), new ArenaRange(32, Count - 32)], kernels);
        for (var i = 0; i < Count; i++)
            w.Span[i] = T.CreateTruncating((float)Math.Sin(i));
        w.Upload();
        for (var step = 0; step < 3; step++)
        {
            for (var i = 0; i < Count; i++)
                g.Span[i] = T.CreateTruncating((float)Math.Cos((3 * i) + step) * (i < 32 ? 0.1f : 1));
            g.Upload();
            optimizer.Step(w, g, spec.LearningRate);
        }
        w.Download();
        return [.. w.Span.ToArray().Select(double.CreateTruncating)];
    }

    private static void Close(double[] expected, double[] actual)
    {
        var scale = Math.Max(1, expected.Max(Math.Abs));
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], Tolerance * scale);
    }
}
