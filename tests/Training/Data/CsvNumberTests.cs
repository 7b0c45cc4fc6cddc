using System.Globalization;
using System.Text;
using FsCheck.Xunit;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class CsvNumberTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0.5", -0.5)]
    [InlineData("123456789012345", 123456789012345)]
    [InlineData("1234567890.12345", 1234567890.12345)]
    [InlineData(".5", 0.5)]
    [InlineData("5.", 5)]
    [InlineData(" 7 ", 7)]
    [InlineData("+3", 3)]
    [InlineData("1e-3", 1e-3)]
    [InlineData("0.1234567890123456789", 0.1234567890123456789)]
    public void Numbers_are_read(string text, double expected)
    {
        Assert.True(CsvNumber.TryParse(Encoding.UTF8.GetBytes(text), out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("NaN")]
    [InlineData("inf")]
    [InlineData("Infinity")]
    [InlineData("1e999")]
    [InlineData("1,5")]
    [InlineData("1.2.3")]
    [InlineData("0x10")]
    [InlineData("12a")]
    public void What_is_not_a_finite_number_is_refused(string text) =>
        Assert.False(CsvNumber.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Property]
    public void Every_decimal_reads_as_the_runtime_reads_it(int digits, byte places)
    {
        var text = ((decimal)digits / (decimal)Math.Pow(10, places % 9)).ToString(CultureInfo.InvariantCulture);
        Assert.True(CsvNumber.TryParse(Encoding.UTF8.GetBytes(text), out var value));
        Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), value);
    }
}
