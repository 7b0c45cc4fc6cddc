using System.Globalization;
using System.IO.Compression;
using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Tables kept on disk: the same bits, without the memory.</summary>
public sealed class DiskStorageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("disk-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(LearningTask.Classification)]
    [InlineData(LearningTask.Regression)]
    public void A_table_on_disk_has_the_bits_of_one_in_memory(LearningTask task)
    {
        var path = Csv(500, 9);
        var spec = Spec(path) with { Task = task, Categorical = ["x3"], Missing = MissingValues.Mean };
        var (memory, disk) = (Load(spec), Load(spec with { Storage = DataStorage.Disk, CacheFolder = _folder }));
        Assert.Equal(memory.FeatureNames, disk.FeatureNames);
        Assert.Equal(memory.ContentHash, disk.ContentHash);
        foreach (var (one, other) in new[]
        {
            (memory.Train, disk.Train), (memory.Validation, disk.Validation), (memory.Test, disk.Test),
            (memory.TrainAndValidation(), disk.TrainAndValidation()),
        })
        {
            Assert.Equal(one.Inputs, other.Inputs);
            Assert.Equal(one.Labels, other.Labels);
            Assert.Equal(one.Targets, other.Targets);
            for (var row = 0; row < one.Rows; row++)
                Assert.Equal(one.Row(row), other.Row(row));
        }
        Assert.Equal(Trained(memory), Trained(disk));
    }

    [Fact]
    public void A_table_many_times_the_memory_spent_on_it_is_read_and_trained_on()
    {
        const int Rows = 4000, Columns = 400;
        var spec = Spec(Csv(Rows, Columns)) with { Storage = DataStorage.Disk, CacheFolder = _folder };
        Load(Spec(Csv(50, 5)) with { Storage = DataStorage.Disk });         // what the first of everything allocates
        var before = GC.GetAllocatedBytesForCurrentThread();
        var data = Load(spec);
        Trained(data);
        var spent = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(Columns, data.FeatureNames.Length);
        Assert.InRange(spent, 0, Rows * Columns * sizeof(double) / 4);
    }

    [Fact]
    public void A_sparse_file_is_read_twice_and_never_held()
    {
        const int Rows = 1000, Columns = 6000;
        var path = Path.Combine(_folder, "sparse.libsvm");
        var random = new Random(5);
        using (var writer = new StreamWriter(path))
        {
            for (var row = 0; row < Rows; row++)
            {
                writer.Write(row % 3);
                for (var index = 1 + random.Next(400); index <= Columns; index += 1 + random.Next(800))
                    writer.Write(string.Create(CultureInfo.InvariantCulture, $" {index}:{random.NextSingle():R}"));
                writer.WriteLine();
            }
        }
        var spec = new DataSpec { Path = path, Target = "label", Task = LearningTask.Classification };
        Load(Spec(Csv(50, 5)) with { Storage = DataStorage.Disk });

        var memory = Load(spec);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var disk = Load(spec with { Storage = DataStorage.Disk, CacheFolder = _folder });
        var spent = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(memory.ContentHash, disk.ContentHash);
        for (var row = 0; row < memory.Train.Rows; row++)
            Assert.Equal(memory.Train.Row(row), disk.Train.Row(row));
        Assert.InRange(spent, 0, Rows * Columns * sizeof(double) / 4);
    }

    [Fact]
    public void No_file_is_left_in_the_cache_folder()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "cache")).FullName;
        var data = Load(Spec(Csv(60, 3)) with { Storage = DataStorage.Disk, CacheFolder = folder });
        Assert.True(data.Train.Rows > 0);
        Assert.True(OperatingSystem.IsWindows() || Directory.GetFiles(folder).Length == 0);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        var missing = Path.Combine(_folder, "nowhere");
        var error = Assert.Throws<DataException>(
            () => Load(Spec(Csv(60, 3)) with { Storage = DataStorage.Disk, CacheFolder = missing }));
        Assert.Contains($"cannot be kept in '{missing}'", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Trained(TabularData data)
    {
        using var group = InProcessGroup.Create(1)[0];
        var spec = new TrainingSpec
        {
            Model = new MlpSpec { Hidden = [6] },
            Optimizer = new OptimizerSpec(),
            Epochs = 2,
            BatchSize = 32,
        };
        return Trainer.Train(spec, data, group, null, 2, _ => EpochVerdict.Continue).Checkpoint.ToBytes();
    }

    private static DataSpec Spec(string path) => new() { Path = path, Target = "y", Seed = 5 };

    private static TabularData Load(DataSpec spec) => TabularData.Load(spec, TestContext.Current.CancellationToken);

    private string Csv(int rows, int columns)
    {
        var path = Path.Combine(_folder, $"t{rows}x{columns}.csv.gz");
        using var writer = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest));
        writer.WriteLine(string.Join(',', Enumerable.Range(0, columns).Select(i => $"x{i}").Append("y")));
        var random = new Random(1);
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < columns; i++)
            {
                writer.Write(columns == 9 && i == 3 ? $"c{row % 4}"
                    : columns == 9 && i == 1 && row % 9 == 0 ? "NA"
                    : random.NextDouble().ToString("0.####", CultureInfo.InvariantCulture));
                writer.Write(',');
            }
            writer.WriteLine(row % 3);
        }
        return path;
    }
}
