using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class ValueListTests
{
    [Fact]
    public void Lists_of_the_same_numbers_are_equal()
    {
        ValueList two = [0.5, double.NaN];
        Assert.True(two == ValueList.Of(0.5, double.NaN));
        Assert.Equal(two.GetHashCode(), ValueList.Of(0.5, double.NaN).GetHashCode());
        Assert.NotEqual([0.5], two);
        Assert.NotEqual([0.5, 1], two);
        Assert.NotEqual([double.NaN, 0.5], two);
        Assert.NotEqual([0], default(ValueList));
    }

    [Fact]
    public void A_number_is_a_list_of_one_and_null_is_the_empty_list()
    {
        ValueList one = 0.25, none = null;
        Assert.Equal([0.25], one);
        Assert.Equal((1, 0), (one.Length, none.Length));
        Assert.Equal(default, none);
        Assert.Equal([], none);
    }

    [Fact]
    public void Numbers_are_found_by_their_place()
    {
        ValueList three = [1, 2, 3];
        Assert.Equal([1.0, 2.0, 3.0], three.AsEnumerable());
        Assert.Equal(3, three[^1]);
        Assert.True(three is [1, _, 3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => three[3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => three[-1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => default(ValueList)[0]);
        Assert.Equal("1, 0.1", ValueList.Of(1, 0.1).ToString());
    }
}
