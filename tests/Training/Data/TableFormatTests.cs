using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class TableFormatTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("formats-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("<f4", 4)]
    [InlineData("<f8", 8)]
    [InlineData("<i2", 2)]
    [InlineData("|u1", 1)]
    public void A_NumPy_array_is_read_by_columns(string type, int size)
    {
        var values = Enumerable.Range(0, 60).SelectMany(i => Bytes(type, i % 7));
        var path = Write("a.npy", NumPy(type, "(20, 3)", [.. values]));
        var data = Load(path, "x2");
        Assert.Equal(["x0", "x1"], data.FeatureNames);
        Assert.Equal(20, data.Train.Rows + data.Validation.Rows + data.Test.Rows);
        Assert.All(data.Train.Inputs.ToArray(), value => Assert.InRange(value, 0, 6));
        Assert.Equal(size, Bytes(type, 1).Length);
    }

    [Fact]
    public void The_bytes_that_NumPy_writes_are_understood()
    {
        // numpy.save of numpy.arange(12, dtype='<f4').reshape(4, 3), NumPy 1.24.
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 3), }".PadRight(117) + "\n";
        byte[] file = [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(header),
            .. MemoryMarshal.AsBytes<float>([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])];
        var data = TabularData.Load(new DataSpec
        {
            Path = Write("b.npy", file),
            Target = "x0",
            Task = LearningTask.Regression,
            Standardize = false,
            Train = 0.5,
            Validation = 0.5,
            Test = 0,
        }, TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 4, 5, 7, 8, 10, 11],
            data.Train.Inputs.ToArray().Concat(data.Validation.Inputs.ToArray()).Order());
    }

    [Theory]
    [InlineData("<f4", "(20,)", "[rows, columns] is needed")]
    [InlineData("<f4", "(20, 4)", "do not fill")]
    [InlineData(">f4", "(20, 3)", "astype")]
    public void An_array_that_cannot_be_used_says_why(string type, string shape, string reason)
    {
        var path = Write("a.npy", NumPy(type, shape, new byte[240]));
        Assert.Contains(reason, Assert.Throws<DataException>(() => Load(path, "x2")).Message, StringComparison.Ordinal);
        Assert.Throws<DataException>(() => Load(Write("b.npy", [1, 2, 3]), "x2"));
    }

    [Fact]
    public void A_missing_column_and_a_value_that_is_no_number_are_named()
    {
        var values = new float[60];
        values[7] = float.NaN;                       // row 3, column x1
        var path = Write("a.npy", NumPy("<f4", "(20, 3)", MemoryMarshal.AsBytes<float>(values).ToArray()));
        Assert.Contains("'x9' is not a column", Assert.Throws<DataException>(() => Load(path, "x9")).Message,
            StringComparison.Ordinal);
        Assert.Contains("row 3, column 'x1': NaN", Assert.Throws<DataException>(
            () => TabularData.Load(Spec(path, "x2") with { Task = LearningTask.Regression })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Images_and_labels_of_MNIST_s_form_are_read_together()
    {
        var images = new byte[16 + (30 * 4)];
        foreach (var (at, value) in new[] { (0, 0x803), (4, 30), (8, 2), (12, 2) })
            BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(at), value);
        var labels = new byte[8 + 30];
        BinaryPrimitives.WriteInt32BigEndian(labels, 0x801);
        BinaryPrimitives.WriteInt32BigEndian(labels.AsSpan(4), 30);
        for (var i = 0; i < 30; i++)
            (labels[8 + i], images[16 + (4 * i) + 3]) = ((byte)(i % 3), (byte)(i % 3 * 100));
        var path = Write("train-images-idx3-ubyte.gz", Zip(images));
        Write("train-labels-idx1-ubyte.gz", Zip(labels));
        var data = Load(path, "label");
        Assert.Equal(["p0", "p1", "p2", "p3"], data.FeatureNames);
        Assert.Equal(["0", "1", "2"], data.ClassNames);
        for (var row = 0; row < data.Train.Rows; row++)
            Assert.Equal(100 * data.Train.Labels[row], data.Train.Row(row)[3]);
        var before = data.ContentHash;
        labels[8] = 1;
        Write("train-labels-idx1-ubyte.gz", Zip(labels));
        Assert.NotEqual(before, Load(path, "label").ContentHash);
        Write("train-labels-idx1-ubyte.gz", Zip(labels[..^1]));
        Assert.Throws<DataException>(() => Load(path, "label"));
    }

    [Fact]
    public void Sparse_rows_of_LibSvm_are_filled_with_zeros()
    {
        var text = new StringBuilder("# a comment\n");
        for (var i = 0; i < 20; i++)
            text.Append(i % 2 == 0 ? "+1 1:0.5 3:2\n" : "-1 2:-1.5 # end\n");
        var data = Load(Write("a.libsvm", Encoding.UTF8.GetBytes(text.ToString())), "label");
        Assert.Equal(["f1", "f2", "f3"], data.FeatureNames);
        Assert.Equal(["-1", "1"], data.ClassNames);
        for (var row = 0; row < data.Train.Rows; row++)
        {
            float[] expected = data.Train.Labels[row] == 1 ? [0.5f, 0, 2] : [0, -1.5f, 0];
            Assert.Equal(expected, data.Train.Row(row));
        }
    }

    [Theory]
    [InlineData("1 1:0.5\n1 2:x\n", "(2,5)")]
    [InlineData("1 2:0.5 1:3\n", "(1,9)")]
    [InlineData("1 0:0.5\n", "(1,3)")]
    [InlineData("abc 1:0.5\n", "(1,1)")]
    public void A_mistake_in_sparse_rows_is_told_with_line_and_column(string text, string place)
    {
        var error = Assert.Throws<DataException>(
            () => Load(Write("a.libsvm", Encoding.UTF8.GetBytes(text)), "label"));
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_become_one_feature_per_value()
    {
        string[] colours = ["red", "blue", ""];
        var rows = Enumerable.Range(0, 20).Select(i => $"{colours[i % 3]},{i},{i % 2}");
        var path = Write("a.csv", Encoding.UTF8.GetBytes("colour,n,y\n" + string.Join('\n', rows) + "\n"));
        var data = TabularData.Load(Spec(path, "y") with { Categorical = ["colour"] });
        Assert.Equal(["colour=blue", "colour=red", "n"], data.FeatureNames);
        for (var row = 0; row < data.Train.Rows; row++)
        {
            var values = data.Train.Row(row);
            Assert.Equal((int)values[2] % 3 == 1 ? 1 : 0, values[0]);
            Assert.Equal((int)values[2] % 3 == 0 ? 1 : 0, values[1]);
        }
        Assert.NotEqual(data.ContentHash, Load(path, "y", "colour").ContentHash);
    }

    [Theory]
    [InlineData(MissingValues.Mean)]
    [InlineData(MissingValues.Median)]
    public void A_missing_number_becomes_the_train_rows_typical_one(MissingValues missing)
    {
        var rows = Enumerable.Range(0, 40).Select(i => $"{(i % 4 == 0 ? "NA" : $"{i * i}")},{i},{i % 2}");
        var path = Write("a.csv", Encoding.UTF8.GetBytes("a,n,y\n" + string.Join('\n', rows) + "\n"));
        Assert.Throws<DataException>(() => Load(path, "y"));
        var data = TabularData.Load(Spec(path, "y") with { Missing = missing });
        double[] known = [.. Enumerable.Range(0, data.Train.Rows).Select(row => data.Train.Row(row).ToArray())
            .Where(row => (int)row[1] % 4 != 0).Select(row => (double)row[0]).Order()];
        var typical = missing == MissingValues.Mean
            ? known.Average()
            : (known[(known.Length - 1) / 2] + known[known.Length / 2]) / 2;
        foreach (var set in new[] { data.Train, data.Validation, data.Test })
        {
            for (var row = 0; row < set.Rows; row++)
            {
                var n = (int)set.Row(row)[1];
                Assert.Equal(n % 4 == 0 ? typical : n * n, set.Row(row)[0], 1e-3);
            }
        }
    }

    private static DataSpec Spec(string path, string target) => new()
    {
        Path = path,
        Target = target,
        Standardize = false,
        Stratify = false,
    };

    private static TabularData Load(string path, string target, params string[] exclude) =>
        TabularData.Load(Spec(path, target) with { Exclude = [.. exclude] });

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static byte[] Zip(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionMode.Compress))
            zip.Write(bytes);
        return memory.ToArray();
    }

    private static byte[] Bytes(string type, int value) => type switch
    {
        "<f4" => BitConverter.GetBytes((float)value),
        "<f8" => BitConverter.GetBytes((double)value),
        "<i2" => BitConverter.GetBytes((short)value),
        _ => [(byte)value],
    };

    private static byte[] NumPy(string type, string shape, byte[] data)
    {
        var header = Encoding.ASCII.GetBytes(
            $$"""{'descr': '{{type}}', 'fortran_order': False, 'shape': {{shape}}, }""" + "\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. header, .. data];
    }
}
