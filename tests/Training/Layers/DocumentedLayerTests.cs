using System.Numerics;
using TuneGraph.Tests.Repository;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>
/// The layer of docs/training-engine.md compiles, is the text shown there, and has the right gradient.
/// </summary>
public sealed unsafe class DocumentedLayerTests
{
    [Fact]
    public void The_page_shows_the_layer_of_this_test()
    {
        var page = Text("docs/training-engine.md");
        var shown = page.Split("```csharp\n")[1].Split("```")[0];
        Assert.Contains(shown, Text("tests/Training/Layers/DocumentedLayerTests.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_list_of_layers_on_the_page_can_be_read()
    {
        var list = Text("docs/training-engine.md").Split("```yaml\n")[1].Split("```")[0];
        var text = Sweeps.SweepSample.Text;
        var start = text.IndexOf("model:", StringComparison.Ordinal);
        var end = text.IndexOf("\nspace:", StringComparison.Ordinal);
        var model = list.Replace("$channels", "16", StringComparison.Ordinal);
        const string Width = "units: 10", Unused = "parameter '";
        var error = Record.Exception(() => Sweeps.SweepSample.Read(text[..start] + model + text[end..]));
        // Its parameters are those of another sweep; nothing else may be wrong.
        Assert.Contains(Width, model, StringComparison.Ordinal);
        Assert.All(Assert.IsType<SweepFileException>(error).Message.Trim().Split('\n'),
            line => Assert.Contains(Unused, line, StringComparison.Ordinal));
    }

    [Fact]
    public void Its_gradient_is_that_of_finite_differences()
    {
        var plan = new ArenaPlan(Panels<double>.Width);
        var layer = new ScaleLayer<double>(
            new LayerPlace(plan, "layers.0", TensorShape.Vector(3), null, true, false));
        using var memory = new LayerMemory<double>(Kernels<double>.Best, plan, 2, trains: true, null);
        layer.Allocate(memory);
        memory.Close();
        using var input = new NativeArray<double>(2 * Panels<double>.Width);
        using var gradient = new NativeArray<double>(input.Length);
        for (var i = 0; i < 6; i++)
            input.Span[(i / 3 * Panels<double>.Width) + (i % 3)] = i + 0.5;
        new double[] { 2, -1, 0.5 }.CopyTo(memory.Parameters.Span);
        var pass = new LayerPass(2, new DropoutMask(1, 1, 0));
        var output = layer.Forward(input.Pointer, pass);
        Assert.Equal([1, -1.5, 1.25], new ReadOnlySpan<double>(output, 3));
        for (var i = 0; i < 6; i++)
            gradient.Span[(i / 3 * Panels<double>.Width) + (i % 3)] = 1;      // the gradient of the sum
        var byInput = layer.Backward(gradient.Pointer, pass);
        Assert.Equal([0.5 + 3.5, 1.5 + 4.5, 2.5 + 5.5], memory.Gradient.Span[..3]);
        Assert.Equal([2, -1, 0.5], new ReadOnlySpan<double>(byInput, 3));
    }

    private static string Text(string path) => File.ReadAllText(Checkout.PathOf(path));
}

internal sealed unsafe class ScaleLayer<T>(in LayerPlace place) : Layer<T>(place.Input, place.Input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TensorPlace _scale =
        place.Plan.Vector($"{place.Name}.scale", place.Input.Width, InitialValues.One);
    private LayerMemory<T> _memory = null!;
    private T* _input, _output, _products;

    public override bool Learns => true;

    public override void Allocate(LayerMemory<T> memory)
    {
        _memory = memory;
        _output = memory.TakeValues(memory.Capacity * Input.Length<T>());
        _products = memory.TakeValues(memory.Capacity * Input.Length<T>());
    }

    public override T* Forward(T* input, in LayerPass pass)
    {
        _input = input;
        _memory.Kernels.Copy(input, _output, pass.Samples * Input.Length<T>());
        Scale(_output, pass.Samples);
        return _output;
    }

    public override T* Backward(T* gradient, in LayerPass pass)
    {
        var count = pass.Samples * Input.Length<T>();
        _memory.Kernels.Copy(gradient, _products, count);
        _memory.Kernels.Multiply(_products, _input, count);
        _memory.Kernels.ColumnSums(_products, pass.Samples, Input.Stride<T>(), _memory.GradientOf(_scale));
        Scale(gradient, pass.Samples);
        return gradient;
    }

    private void Scale(T* values, int samples)
    {
        var stride = Input.Stride<T>();
        for (var sample = 0; sample < samples; sample++)
            _memory.Kernels.Multiply(values + ((nint)sample * stride), _memory.Weights(_scale), stride);
    }
}
