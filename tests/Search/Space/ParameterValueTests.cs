using System.Globalization;
using FsCheck;
using FsCheck.Xunit;
using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class ParameterValueTests
{
    [Fact]
    public void Each_kind_reads_back_as_itself()
    {
        Assert.Equal(0.5, ((ParameterValue)0.5).AsFloat());
        Assert.Equal(3, ((ParameterValue)3).AsInt());
        Assert.Equal("adam", ((ParameterValue)"adam").AsText());
        Assert.True(((ParameterValue)true).AsFlag());
        Assert.Equal(3.0, ((ParameterValue)3).AsFloat());
    }

    [Fact]
    public void The_wrong_kind_is_refused_with_the_value_and_both_kinds()
    {
        var e = Assert.Throws<InvalidOperationException>(() => ((ParameterValue)0.5).AsInt());
        Assert.Contains("0.5 is of kind Float, not an integer", e.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => ((ParameterValue)"x").AsFloat());
        Assert.Throws<InvalidOperationException>(() => ((ParameterValue)1).AsFlag());
        Assert.Throws<InvalidOperationException>(() => ((ParameterValue)1).AsText());
    }

    [Fact]
    public void Values_of_different_kinds_differ_and_zeros_do_not()
    {
        Assert.NotEqual((ParameterValue)1, (ParameterValue)1.0);
        Assert.NotEqual((ParameterValue)1, (ParameterValue)true);
        Assert.NotEqual((ParameterValue)"true", (ParameterValue)true);
        Assert.Equal((ParameterValue)0.0, (ParameterValue)(-0.0));
        Assert.Equal((ParameterValue)double.NaN, (ParameterValue)double.NaN);
        Assert.Equal(default, (ParameterValue)0.0);
    }

    [Theory]
    [InlineData("f:0.001", 0.001)]
    [InlineData("f:1E-07", 1e-7)]
    [InlineData("f:5", 5.0)]
    [InlineData("f:NaN", double.NaN)]
    public void Floats_have_a_stable_encoding(string encoded, double value)
    {
        Assert.Equal(encoded, ParameterValue.Float(value).Encode());
        Assert.Equal(value, ParameterValue.Decode(encoded));
    }

    [Fact]
    public void Other_kinds_have_a_stable_encoding()
    {
        Assert.Equal("i:-3", ((ParameterValue)(-3)).Encode());
        Assert.Equal("t:a:b", ((ParameterValue)"a:b").Encode());
        Assert.Equal("t:", ((ParameterValue)"").Encode());
        Assert.Equal("b:true", ((ParameterValue)true).Encode());
        Assert.Equal("b:false", ((ParameterValue)false).Encode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("f")]
    [InlineData("f:")]
    [InlineData("f:1,5")]
    [InlineData("i:1.5")]
    [InlineData("i: 1")]
    [InlineData("b:yes")]
    [InlineData("x:1")]
    public void What_is_no_encoding_is_refused(string encoded) =>
        Assert.Throws<FormatException>(() => ParameterValue.Decode(encoded));

    [Property]
    public void Decoding_undoes_encoding(double f, long i, NonNull<string> t, bool b)
    {
        foreach (var value in (ParameterValue[])[f, i, t.Get, b])
            Assert.Equal(value, ParameterValue.Decode(value.Encode()));
    }

    [Fact]
    public void The_text_does_not_depend_on_the_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture.NumberFormat.NegativeSign = "~";
            Assert.Equal("-0.5", ((ParameterValue)(-0.5)).ToString());
            Assert.Equal("-5", ((ParameterValue)(-5)).ToString());
            Assert.Equal("float -0.5..1", new FloatDistribution(-0.5, 1).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
