namespace TuneGraph.Tests;

public sealed class FrameTests
{
    [Fact]
    public void Placeholder() => Assert.Equal(2, 1 + 1);
}
