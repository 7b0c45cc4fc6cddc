namespace TuneGraph.Tests.Sweeps.Store;

public sealed class PrintedLineTests
{
    [Theory]
    [InlineData("plain\ttext", "plain\ttext")]
    [InlineData("\u001b[31mred\u001b[0m and \u001b]0;title\u0007rest", "red and rest")]
    [InlineData("10 %\r50 %\r100 %", "100 %")]
    [InlineData("windows\r", "windows")]
    [InlineData("a\0b\bc\u0085d", "abcd")]
    [InlineData("<script>alert(1)</script>", "<script>alert(1)</script>")]
    public void A_line_is_what_a_terminal_shows_in_the_end(string printed, string shown) =>
        Assert.Equal(shown, PrintedLine.Of(null, isError: false, printed).Text);

    [Fact]
    public void A_line_that_is_too_long_says_what_is_missing()
    {
        var line = PrintedLine.Of(0, isError: true, new string('x', 5000));

        Assert.True(line.Text.Length <= PrintedLine.MostCharacters);
        Assert.EndsWith("x … [1040 characters more]", line.Text);
    }

    [Fact]
    public void A_text_is_its_lines() =>
        Assert.Equal(["a", "", "b"], PrintedLine.All(null, false, "a\r\n\nb\n").Select(line => line.Text));
}
