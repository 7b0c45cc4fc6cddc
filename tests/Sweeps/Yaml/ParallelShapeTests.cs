using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph.Tests.Sweeps;

public sealed class ParallelShapeTests
{
    private const string Plain = "parallel: {strategy: data, worldSize: 2}";

    [Theory]
    [InlineData("float16", CompressionKind.Float16)]
    [InlineData("bfloat16", CompressionKind.BFloat16)]
    [InlineData("onebit", CompressionKind.OneBit)]
    [InlineData("twobit", CompressionKind.TwoBit)]
    [InlineData("topk", CompressionKind.TopK)]
    [InlineData("powersgd", CompressionKind.PowerSgd)]
    public void Every_compression_has_its_word(string word, CompressionKind kind)
    {
        var exchange = Exchange($"parallel: {{worldSize: 2, compression: {{type: {word}}}}}");
        Assert.Equal(new ExchangeSpec { Compression = new CompressionSpec { Kind = kind } }, exchange);
    }

    [Fact]
    public void All_settings_of_the_exchange_can_be_given()
    {
        var exchange = Exchange(
            "parallel: {worldSize: 2, overlap: always, bucketBytes: 65536, compression: {type: topk, fraction: 0.05, " +
            "momentum: 0.8, threshold: 0.1, rank: 4, afterSteps: 100}}");
        var compression = new CompressionSpec
        {
            Kind = CompressionKind.TopK,
            Fraction = 0.05,
            Momentum = 0.8,
            Threshold = 0.1,
            Rank = 4,
            AfterSteps = 100,
        };
        Assert.Equal(
            new ExchangeSpec { Overlap = OverlapMode.Always, BucketBytes = 65536, Compression = compression },
            exchange);
        Assert.Equal(new ExchangeSpec { Zero = 2 }, Exchange("parallel: {worldSize: 2, zero: 2}"));
        Assert.Equal(new ExchangeSpec { Balance = true }, Exchange("parallel: {worldSize: 2, balance: true}"));
        Assert.Equal(new ExchangeSpec(), Exchange(Plain));
        var pinned = SweepSample.With(Plain, "parallel: {worldSize: 2, pin: true}");
        Assert.True(((ModelProgram)SweepSample.Read(pinned).Program).Training.Parallel.Pin);
    }

    [Fact]
    public void A_compression_can_be_searched_over()
    {
        var text = SweepSample.With(Plain, "parallel: {worldSize: 2, compression: {type: $code}}")
            .Replace("space:\n", "space:\n  code: {type: categorical, choices: [none, onebit, powersgd]}\n",
                StringComparison.Ordinal);
        var training = ((ModelProgram)SweepSample.Read(text).Program).Training;
        var configuration = Configuration.Empty.With("code", ParameterValue.Text("powersgd"));
        Assert.Equal(CompressionKind.PowerSgd, training.Parallel.In(configuration).Compression.Kind);
    }

    [Fact]
    public void Zero_and_compression_exclude_each_other() =>
        SweepSample.Expect(Plain, "parallel: {worldSize: 2, zero: 1, compression: {type: onebit}}",
            "sweep.yaml(41,34): error TG0108: training.parallel: zero 1 and compression exclude each other; " +
            "remove one of them");

    [Fact]
    public void A_compression_without_a_type_and_a_wrong_stage_are_refused() =>
        SweepSample.Expect(Plain, "parallel: {zero: 3, compression: {rank: 2}}",
            "sweep.yaml(41,20): error TG0105: training.parallel.zero must be a whole number from 0 to 2, not 3",
            "sweep.yaml(41,36): error TG0101: training.parallel.compression lacks the key 'type'; it must be one of " +
            "none, float16, bfloat16, onebit, twobit, topk, powersgd, or $name of a parameter");

    private static ExchangeSpec Exchange(string parallel) =>
        ((ModelProgram)SweepSample.Read(SweepSample.With(Plain, parallel)).Program).Training.Parallel
            .In(Configuration.Empty);
}
