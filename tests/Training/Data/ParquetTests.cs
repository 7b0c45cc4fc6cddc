using Parquet;
using Parquet.Schema;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class ParquetTests : IDisposable
{
    private const int Rows = 60;

    private readonly string _folder = Directory.CreateTempSubdirectory("parquet-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(CompressionMethod.None, 1000)]
    [InlineData(CompressionMethod.Snappy, 7)]
    [InlineData(CompressionMethod.Zstd, 20)]
    [InlineData(CompressionMethod.Gzip, 1000)]
    public async Task Every_type_of_column_gives_the_values_of_the_same_CSV(CompressionMethod compression, int group)
    {
        var parquet = await Write(compression, group);
        var csv = Path.Combine(_folder, "table.csv");
        await File.WriteAllLinesAsync(csv,
            ["d,f,l,i,b,maybe,colour,kind", .. Enumerable.Range(0, Rows).Select(i => FormattableString.Invariant(
                $"{D(i):R},{(double)F(i):R},{L(i)},{I(i)},{(B(i) ? 1 : 0)},{Maybe(i):R},{Colour(i)},{Kind(i)}"))],
            TestContext.Current.CancellationToken);

        var (one, other) = (Load(parquet), Load(csv));

        Assert.Equal(other.FeatureNames, one.FeatureNames);
        Assert.Contains("colour=red", one.FeatureNames);
        Assert.Equal(["x", "y", "z"], one.ClassNames);
        Assert.Equal(other.ClassNames, one.ClassNames);
        Assert.Equal(other.Train.Inputs, one.Train.Inputs);
        Assert.Equal(other.Validation.Labels, one.Validation.Labels);
        Assert.Equal(other.Test.Inputs, one.Test.Inputs);
    }

    [Fact]
    public async Task What_is_missing_is_named_by_row_and_column()
    {
        var path = await Write(CompressionMethod.Snappy, 7);
        var error = Assert.Throws<DataException>(() => TabularData.Load(
            Spec(path) with { Missing = MissingValues.Refuse }, TestContext.Current.CancellationToken));
        Assert.Contains(
            "row 10, column 'maybe': the feature 'maybe' is empty", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_column_that_holds_times_must_be_excluded()
    {
        var path = await Write(CompressionMethod.Snappy, 1000);
        var error = Assert.Throws<DataException>(() => TabularData.Load(
            Spec(path) with { Exclude = [] }, TestContext.Current.CancellationToken));
        Assert.Contains("the column 'when' holds DateTime", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_Parquet_says_so()
    {
        var path = Path.Combine(_folder, "a.parquet");
        File.WriteAllText(path, "a,b\n1,2\n");
        var error = Assert.Throws<DataException>(
            () => TabularData.Load(Spec(path), TestContext.Current.CancellationToken));
        Assert.Contains("this is not a Parquet file", error.Message, StringComparison.Ordinal);
    }

    private static DataSpec Spec(string path) => new()
    {
        Path = path,
        Target = "kind",
        Categorical = ["colour"],
        Missing = MissingValues.Median,
        Exclude = ["when"],
        Seed = 3,
    };

    private static TabularData Load(string path) => TabularData.Load(
        path.EndsWith(".csv", StringComparison.Ordinal) ? Spec(path) with { Exclude = [] } : Spec(path),
        TestContext.Current.CancellationToken);

    private static double D(int i) => Math.Sin(i) * 1e-3;
    private static float F(int i) => MathF.Cos(i);
    private static long L(int i) => 10_000_000_000L * (i % 5);
    private static int I(int i) => -i;
    private static bool B(int i) => i % 3 == 0;
    private static float? Maybe(int i) => i % 10 == 9 ? null : i * 0.25f;
    private static string? Colour(int i) => i % 7 == 6 ? null : i % 2 == 0 ? "red" : "blue";
    private static string Kind(int i) => i % 3 == 0 ? "x" : i % 3 == 1 ? "y" : "z";

    private async Task<string> Write(CompressionMethod compression, int group)
    {
        DataField<double> d = new("d");
        DataField<float> f = new("f");
        DataField<long> l = new("l");
        DataField<int> whole = new("i");
        DataField<bool> b = new("b");
        DataField<float?> maybe = new("maybe");
        DataField<string> colour = new("colour"), kind = new("kind");
        DataField<DateTime> when = new("when");
        var path = Path.Combine(_folder, $"{compression}{group}.parquet");
        await using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(d, f, l, whole, b, maybe, colour, kind, when), file,
            new ParquetOptions { CompressionMethod = compression },
            cancellationToken: TestContext.Current.CancellationToken);
        for (var from = 0; from < Rows; from += group)
        {
            int[] rows = [.. Enumerable.Range(from, Math.Min(group, Rows - from))];
            using var part = writer.CreateRowGroup();
            await part.WriteAsync<double>(d, rows.Select(D).ToArray());
            await part.WriteAsync<float>(f, rows.Select(F).ToArray());
            await part.WriteAsync<long>(l, rows.Select(L).ToArray());
            await part.WriteAsync<int>(whole, rows.Select(I).ToArray());
            await part.WriteAsync<bool>(b, rows.Select(B).ToArray());
            await part.WriteAsync<float>(maybe, rows.Select(Maybe).ToArray());
            await part.WriteAsync(colour, rows.Select(Colour).ToArray());
            await part.WriteAsync(kind, rows.Select(Kind).ToArray());
            await part.WriteAsync<DateTime>(when, rows.Select(_ => DateTime.UnixEpoch).ToArray());
        }
        return path;
    }
}
