using TuneGraph.Search;
using ShownStudy = TuneGraph.Dashboard.StudyView;

namespace TuneGraph.Tests.Dashboard;

/// <summary>A study whose ranges were changed, in pictures.</summary>
public sealed class EverAllowedTests : IDisposable
{
    private readonly SampleStudy _sample = new(trials: 3);

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Pictures_show_former_ranges_and_new_ones()
    {
        _sample.Add(new RangesChanged(
            3,
            [
                new Parameter("lr", new FloatDistribution(1e-4, 1, Log: true)),
                new Parameter("width", new IntDistribution(8, 64)),
                new Parameter("optimizer", new CategoricalDistribution(["adam", "adamw", "sgd"])),
            ]));

        var space = new ShownStudy("s", _sample.Store.Load("sample")!).Space;

        Assert.Equal(new FloatDistribution(1e-5, 1, Log: true), space.Parameters[0].Distribution);
        Assert.Equal(new IntDistribution(8, 512), space.Parameters[1].Distribution);
        Assert.Equal(
            new CategoricalDistribution(["adam", "adamw", "sgd", "<b>lion</b>"]), space.Parameters[2].Distribution);
        Assert.Equal(SampleStudy.Space.Skip(3), space.Parameters.Skip(3));
    }
}
