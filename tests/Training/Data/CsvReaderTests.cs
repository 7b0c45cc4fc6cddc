using System.Text;
using FsCheck.Xunit;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("a,b\n1,2\n")]
    [InlineData("a,b\r\n1,2\r\n")]
    [InlineData("a,b\n1,2")]
    [InlineData("\uFEFFa,b\n1,2")]
    [InlineData("\"a\",b\r\n1,\"2\"")]
    public void Line_ends_byte_order_marks_and_quotes_are_no_part_of_the_fields(string text) =>
        Assert.Equal([["a", "b"], ["1", "2"]], Read(text));

    [Fact]
    public void Quoted_fields_may_hold_commas_line_ends_and_doubled_quotes() =>
        Assert.Equal([["x,y", "two\r\nlines", "say \"hi\""], ["", "", ""]],
            Read("\"x,y\",\"two\r\nlines\",\"say \"\"hi\"\"\"\n,,\"\""));

    [Fact]
    public void A_trailing_comma_is_an_empty_field() => Assert.Equal([["a", ""]], Read("a,"));

    [Theory]
    [InlineData("a,b\n1,\"2", 2, 3, "never closed")]
    [InlineData("a,b\n1,2\"3", 2, 4, "quote inside")]
    [InlineData("a,b\n1,\"2\"3", 2, 6, "after a closing quote")]
    [InlineData("a,b\r1,2", 1, 4, "carriage return")]
    public void Text_that_is_not_csv_is_refused_with_its_place(string text, int line, int column, string words)
    {
        var error = Assert.Throws<DataException>(() => Read(text));
        Assert.Equal((line, column), ((int)error.Line!, error.Column));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"t.csv({line},{column}): ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_that_is_not_utf8_is_named_with_its_place()
    {
        var error = Assert.Throws<DataException>(() => Read([.. "a,b\nä"u8, (byte)',', 0xE4, (byte)'\n']));
        Assert.Equal((2, 3), ((int)error.Line!, error.Column));
        Assert.Contains("0xE4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Places_behind_a_field_of_many_lines_count_its_lines()
    {
        var reader = new CsvReader("t.csv", new MemoryStream(Encoding.UTF8.GetBytes("h\n\"1\n2\n3é\",x\n")));
        Assert.True(reader.ReadRow() && reader.ReadRow());
        var error = reader.Fault(1, "here");
        Assert.Equal((4, 5), ((int)error.Line!, error.Column));
    }

    /// <summary>Whatever the fields hold and however the stream hands out its bytes.</summary>
    [Property(MaxTest = 200)]
    public void Any_table_survives_writing_and_reading(string?[][] rows, byte chunk)
    {
        string[][] table = [.. rows.Where(r => r.Length > 0).Select(r => r.Select(Clean).ToArray())];
        var text = string.Concat(table.Select(row => string.Join(',', row.Select(Quote)) + "\r\n"));
        Assert.Equal(table, Read(Encoding.UTF8.GetBytes(text), 1 + (chunk % 7)));
    }

    [Fact]
    public void Rows_longer_than_the_buffer_are_read()
    {
        var row = Enumerable.Range(0, 200_000).Select(i => i.ToString(null as IFormatProvider)).ToArray();
        var text = string.Join(',', row);
        Assert.Equal([row, row], Read(Encoding.UTF8.GetBytes($"{text}\n{text}\n"), 100_000));
    }

    private static string Clean(string? field) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(field ?? "\"\n,"));

    private static string Quote(string field) => $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string[][] Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    private static string[][] Read(byte[] bytes, int chunk = int.MaxValue)
    {
        var reader = new CsvReader("t.csv", new Trickle(bytes, chunk));
        var rows = new List<string[]>();
        while (reader.ReadRow())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.Text)]);
        return [.. rows];
    }

    /// <summary>Hands out a few bytes at a time.</summary>
    private sealed class Trickle(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(chunk, count));
    }
}
