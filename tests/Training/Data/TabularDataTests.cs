using System.IO.Compression;
using System.Text;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class TabularDataTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tabular-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Plain_and_compressed_files_give_the_same_rows()
    {
        var text = Table(40);
        var plain = Load(text);
        var path = Path.Combine(_folder, "t.csv.gz");
        using (var gzip = new GZipStream(File.Create(path), CompressionMode.Compress))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        var packed = TabularData.Load(Spec(path), Token);
        Assert.Equal(plain.Train.Inputs, packed.Train.Inputs);
        Assert.Equal(plain.Test.Labels, packed.Test.Labels);
        Assert.NotEqual(plain.ContentHash, packed.ContentHash);
    }

    [Fact]
    public void The_digits_have_their_published_shape()
    {
        var data = TabularData.Load(new DataSpec { Path = ExampleFile("digits.csv.gz"), Target = "digit" }, Token);
        Assert.Equal(1797, data.Train.Rows + data.Validation.Rows + data.Test.Rows);
        Assert.Equal(64, data.FeatureNames.Length);
        Assert.Equal(Enumerable.Range(0, 10).Select(d => $"{d}"), data.ClassNames);
        Assert.Equal(LearningTask.Classification, data.Task);
        Assert.Equal((270, 270), (data.Validation.Rows, data.Test.Rows));
    }

    [Fact]
    public void Diabetes_is_taken_for_a_regression_and_its_target_standardized()
    {
        var data = TabularData.Load(
            new DataSpec { Path = ExampleFile("diabetes.csv.gz"), Target = "progression" }, Token);
        Assert.Equal(LearningTask.Regression, data.Task);
        Assert.Empty(data.ClassNames);
        var targets = data.Train.Targets.ToArray();
        Assert.Equal(0, targets.Average(), 1e-5);
        Assert.Equal(1, targets.Average(t => t * t), 1e-4);
        Assert.InRange(data.Standardizer.TargetMean, 100, 200);      // 152.1 over all 442 rows
    }

    [Fact]
    public void Standardization_uses_the_train_rows_only_and_makes_constants_zero()
    {
        var data = Load("a,b,y\n" + string.Concat(Enumerable.Range(0, 50).Select(i => $"{i},4.25,{i % 2}\n")));
        Assert.Equal(0, Column(data.Train, 0).Average(), 1e-6);
        Assert.Equal(1, Column(data.Train, 0).Average(v => v * v), 1e-5);
        Assert.NotEqual(0, Column(data.Validation, 0).Average(), 1e-3);
        Assert.All(Column(data.Train, 1).Concat(Column(data.Test, 1)), value => Assert.Equal(0, value));
        Assert.Equal(4.25, data.Standardizer.Undo(1, 0));
    }

    [Fact]
    public void Without_standardization_values_stay_as_they_are()
    {
        var data = Load(Table(40), spec => spec with { Standardize = false });
        Assert.All(Column(data.Train, 0), value => Assert.Equal(MathF.Round(value), value));
        Assert.Equal(Standardizer.Identity(2), data.Standardizer);
    }

    [Fact]
    public void Stratified_splits_keep_the_proportions_of_classes()
    {
        // 60 of class a, 30 of b, 10 of c.
        var rows = Enumerable.Range(0, 100).Select(i => $"{i},{(i % 10 < 6 ? 'a' : i % 10 < 9 ? 'b' : 'c')}\n");
        var data = Load("x,y\n" + string.Concat(rows), spec => spec with { Train = 0.6, Validation = 0.2, Test = 0.2 });
        Assert.Equal(["a", "b", "c"], data.ClassNames);
        Assert.Equal([36, 18, 6], Counts(data.Train));
        Assert.Equal([12, 6, 2], Counts(data.Validation));
        Assert.Equal([12, 6, 2], Counts(data.Test));
    }

    [Fact]
    public void Every_row_is_in_exactly_one_split_and_the_seed_decides_in_which()
    {
        var text = "x,y\n" + string.Concat(Enumerable.Range(0, 80).Select(i => $"{i},{i * 0.5}\n"));
        var data = Load(text, spec => spec with { Standardize = false });
        var again = Load(text, spec => spec with { Standardize = false });
        var other = Load(text, spec => spec with { Standardize = false, Seed = 2 });
        Assert.Equal(Enumerable.Range(0, 80).Select(i => (float)i), All(data).Order());
        Assert.Equal(data.Train.Inputs, again.Train.Inputs);
        Assert.NotEqual(data.Train.Inputs.ToArray(), other.Train.Inputs.ToArray());
    }

    [Fact]
    public void Train_and_validation_together_keep_the_train_statistics()
    {
        var data = Load(Table(40));
        var both = data.TrainAndValidation();
        Assert.Equal(data.Train.Rows + data.Validation.Rows, both.Rows);
        Assert.Same(data.Schema, both.Schema);
        Assert.Equal(data.Validation.Row(0), both.Row(data.Train.Rows));
    }

    [Fact]
    public void Excluded_columns_may_hold_text()
    {
        var text = "id,x,y\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"n{i},{i},{i % 2}\n"));
        Assert.Equal(["x"], Load(text, spec => spec with { Exclude = ["id"] }).FeatureNames);
    }

    [Fact]
    public void The_content_hash_changes_with_the_bytes_and_with_the_spec_but_not_with_the_path()
    {
        var hash = Load(Table(40)).ContentHash;
        Assert.Equal(64, hash.Length);
        var moved = Path.Combine(_folder, "moved.csv");
        File.WriteAllText(moved, Table(40));
        Assert.Equal(hash, TabularData.Load(Spec(moved), Token).ContentHash);
        Assert.NotEqual(hash, Load(Table(41)).ContentHash);
        Assert.NotEqual(hash, Load(Table(40), spec => spec with { Seed = 1 }).ContentHash);
        Assert.NotEqual(hash, Load(Table(40), spec => spec with { Exclude = ["b"] }).ContentHash);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("a,y\n", "no rows below the header")]
    [InlineData("a,a,y\n1,2,3\n", "(1,3): columns 1 and 2 are both named 'a'")]
    [InlineData("a,,y\n1,2,3\n", "(1,3): column 2 has no name")]
    [InlineData("a,y\n1,0\n1,2,3\n", "(3,1): this row has 3 fields, but the header has 2")]
    [InlineData("a,y\n1,0\n\n2,1\n", "(3,1): an empty line")]
    [InlineData("a,y\n1,0\nabc,1\n", "(3,1): the feature 'a' is 'abc'")]
    [InlineData("a,y\n1,0\n,1\n", "(3,1): the feature 'a' is empty")]
    [InlineData("b,a,y\n0,NaN,0\n", "(2,3): the feature 'a' is 'NaN'")]
    [InlineData("a,y\n1e39,0\n", "(2,1): the feature 'a' is '1e39'")]
    [InlineData("a,y\n1,\n", "(2,3): the target 'y' is empty")]
    [InlineData("a,Y\n1,0\n", "the target 'y' is not a column of the file. Did you mean 'Y'? The columns are: a, Y.")]
    [InlineData("a;y\n1;0\n", "separated by semicolons")]
    [InlineData("y\n1\n", "no column is left")]
    [InlineData("a,y\n1,0\n2,0\n", "only the class '0'")]
    [InlineData("a,y\n1,p\n2,q\n3,p\n4,p\n", "the class 'q' has a single row")]
    [InlineData("a,y\n1,0.5\n2,1.5\n", "2 rows are too few")]
    [InlineData("a,y\n1,0.5\n2,1,5\n", "(3,1): this row has 3 fields")]
    public void A_file_that_cannot_be_used_says_where_and_why(string text, string words)
    {
        var error = Assert.Throws<DataException>(() => Load(text));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(error.File, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_is_not_there_is_told_by_its_role()
    {
        var error = Assert.Throws<DataException>(() =>
            Load("kind,y\na,0\n", spec => spec with { Categorical = ["knd"] }));
        Assert.Contains(
            "the categorical column 'knd' is not a column of the file. Did you mean 'kind'?", error.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(30)]
    public void A_slip_among_many_numbers_does_not_turn_a_regression_into_classes(int place)
    {
        var rows = Enumerable.Range(0, 30).Select(i => $"{i},{i}.25\n").ToList();
        rows.Insert(place, "10,n/a\n");
        var error = Assert.Throws<DataException>(() => Load("a,y\n" + string.Concat(rows)));
        Assert.Equal((place + 2, 4), ((int)error.Line!, error.Column));
        Assert.Contains("'n/a'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Twenty_whole_numbers_are_classes_and_twenty_one_are_not()
    {
        string Numbers(int distinct) => "a,y\n" + string.Concat(
            Enumerable.Range(0, 10 * distinct).Select(i => $"{i},{i % distinct}\n"));
        Assert.Equal(LearningTask.Classification, Load(Numbers(20)).Task);
        Assert.Equal(LearningTask.Regression, Load(Numbers(21)).Task);
        Assert.Equal(21, Load(Numbers(21), spec => spec with { Task = LearningTask.Classification }).ClassNames.Length);
        var forced = Load(Numbers(2), spec => spec with { Task = LearningTask.Regression });
        Assert.Equal(LearningTask.Regression, forced.Task);
    }

    [Fact]
    public void Whole_number_classes_are_ordered_by_value()
    {
        string[] classes = ["10", "2.0", "-1"];
        var rows = Enumerable.Range(0, 30).Select(i => $"{i},{classes[i % 3]}\n");
        Assert.Equal(["-1", "2", "10"], Load("a,y\n" + string.Concat(rows)).ClassNames);
    }

    [Fact]
    public void A_missing_file_names_the_full_path_that_was_tried()
    {
        var error = Assert.Throws<DataException>(() => TabularData.Load(Spec("no/such.csv"), Token));
        Assert.Contains(Path.GetFullPath("no/such.csv"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_archive_is_refused()
    {
        var path = Path.Combine(_folder, "bad.gz");
        using (var gzip = new GZipStream(File.Create(path), CompressionMode.Compress))
            gzip.Write(Encoding.UTF8.GetBytes(Table(2000)));
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        Assert.Throws<DataException>(() => TabularData.Load(Spec(path), Token));
        bytes[bytes.Length / 2] ^= 0x55;
        File.WriteAllBytes(path, bytes);
        Assert.Throws<DataException>(() => TabularData.Load(Spec(path), Token));
    }

    [Fact]
    public void More_text_than_allowed_is_refused()
    {
        var path = Write(Table(1000));
        var error = Assert.Throws<DataException>(() => TabularData.Load(Spec(path), limitBytes: 1000, Token));
        Assert.Contains("exceeds the 1,000 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shares_must_sum_to_one()
    {
        var error = Assert.Throws<ArgumentException>(() => Load(Table(40), spec => spec with { Train = 0.8 }));
        Assert.Contains("sum to 1.1", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataSpec { Path = "p", Target = "y", Train = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataSpec { Path = "p", Target = "y", Test = -0.1 });
    }

    [Fact]
    public void A_cancelled_token_ends_the_reading()
    {
        var path = Write(Table(40));
        Assert.Throws<OperationCanceledException>(() => TabularData.Load(Spec(path), new CancellationToken(true)));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string ExampleFile(string name) => RepositoryRoot.Of("examples", "data", name);

    private static string Table(int rows) =>
        "a,b,y\n" + string.Concat(Enumerable.Range(0, rows).Select(i => $"{i},{i * i % 7},{i % 2}\n"));

    private static DataSpec Spec(string path) => new() { Path = path, Target = "y" };

    private static float[] Column(Dataset data, int column) =>
        [.. Enumerable.Range(0, data.Rows).Select(row => data.Row(row)[column])];

    private static IEnumerable<float> All(TabularData data) =>
        [.. data.Train.Inputs, .. data.Validation.Inputs, .. data.Test.Inputs];

    private static int[] Counts(Dataset data) =>
        [.. data.Labels.ToArray().GroupBy(label => label).OrderBy(g => g.Key).Select(g => g.Count())];

    private string Write(string text)
    {
        var path = Path.Combine(_folder, "t.csv");
        File.WriteAllText(path, text);
        return path;
    }

    private TabularData Load(string text, Func<DataSpec, DataSpec>? change = null)
    {
        var spec = Spec(Write(text));
        return TabularData.Load(change is null ? spec : change(spec), Token);
    }
}
