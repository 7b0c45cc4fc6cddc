using System.Text.Json;

namespace TuneGraph.Tests.Sweeps;

public sealed class MethodCallTests
{
    private static readonly MethodCatalog _catalog = MethodCatalog.Empty.With(typeof(Numbers));

    [Fact]
    public void A_call_is_the_same_after_it_was_written_and_read()
    {
        var factor = 3.5;
        var call = MethodCall.Of(() => Numbers.Scale(new[] { 1.0, 2.0 }, factor + 1));
        Assert.Equal(
            """{"method":"TuneGraph.Tests.Sweeps.Numbers.Scale","""
            + "\"arguments\":{\"values\":{\"value\":[1,2]},\"factor\":{\"value\":4.5}}}",
            call.ToJson());
        Assert.Equal(call, MethodCall.Parse(call.ToJson()));
    }

    [Fact]
    public async Task Futures_in_an_expression_stand_for_results_to_come()
    {
        await using var graph = new TaskRunner(1);
        var one = graph.Task("one", () => new double[] { 1 });
        var two = graph.Task("two", () => new double[] { 2 });
        var call = MethodCall.Of(() => Numbers.Sum(new[] { one.Value, two.Value }));
        Assert.Equal(["one", "two"], call.Reads.Select(key => key.Value));
        Assert.Equal(call, MethodCall.Parse(call.ToJson()));
        Assert.Equal(3, await graph.Call("sum", () => Numbers.Sum(new[] { one.Value, two.Value })));
    }

    [Fact]
    public async Task Results_may_come_as_json_from_another_process()
    {
        var call = new MethodCall
        {
            Method = "TuneGraph.Tests.Sweeps.Numbers.Scale",
            Arguments = [new ResultArgument("values", "far")],
        };
        var far = JsonSerializer.SerializeToElement(new[] { 1, 2 });
        Assert.Equal(new double[] { 2, 4 }, await _catalog.Bind(call).InvokeAsync(_ => far));
    }

    [Fact]
    public async Task What_a_method_returns_is_awaited()
    {
        Assert.Equal(7, await InvokeAsync("LaterAsync", new ValueArgument("value", "7")));
        Assert.Null(await InvokeAsync("Nothing"));
        await Assert.ThrowsAsync<FormatException>(() =>
            InvokeAsync("Fail", new ValueArgument("why", "\"no\"")).AsTask());
    }

    [Theory]
    [InlineData("Numbers.Scal", "{}", "is not in the catalogue (did you mean 'TuneGraph.Tests.Sweeps.Numbers.Scale'?)")]
    [InlineData("Numbers.Generic", "{}", "is not in the catalogue")]
    [InlineData("Numbers.Scale", """{"value":{"value":1}}""", "it has (Double[] values, Double factor = …)")]
    [InlineData("Numbers.Scale", """{"values":{"value":true}}""", "argument 'values'")]
    public void A_call_that_fits_no_method_is_refused(string method, string arguments, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<TuneGraphException>(() => _catalog.Bind(MethodCall.Parse(
                $$"""{"method":"TuneGraph.Tests.Sweeps.{{method}}","arguments":{{arguments}}}"""))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"method":"A.B","more":1}""")]
    [InlineData("""{"method":"A.B","arguments":{"x":{}}}""")]
    [InlineData("""{"method":"A.B","arguments":{"x":{"resultOf":""}}}""")]
    [InlineData("""{"method":"A.B","arguments":{"x":{"other":1}}}""")]
    public void What_is_no_call_is_refused(string json) => Assert.StartsWith(
        "This is no method call", Assert.Throws<TuneGraphException>(() => MethodCall.Parse(json)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void An_expression_that_names_no_public_static_method_is_refused()
    {
        Assert.Throws<ArgumentException>(() => MethodCall.Of(() => 1 + 1));
        Assert.Throws<ArgumentException>(() => MethodCall.Of(() => Numbers.Generic(1)));
        Assert.Throws<ArgumentException>(() => MethodCall.Of(() => "a".Trim()));
    }

    private static ValueTask<object?> InvokeAsync(string method, params MethodArgument[] arguments) =>
        _catalog
            .Bind(new MethodCall { Method = $"TuneGraph.Tests.Sweeps.Numbers.{method}", Arguments = [.. arguments] })
            .InvokeAsync(_ => null);
}
