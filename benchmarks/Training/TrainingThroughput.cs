using System.Diagnostics;
using System.Globalization;
using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Benchmarks;

/// <summary>
/// Samples per second of whole training steps beside PyTorch in the same run, turn by turn. The clock's median suffers
/// when other work shares the processor; the processor time's does not, but counts every thread.
/// Run: dotnet run --project benchmarks -c Release -- training [threads, default 1] [python, default /usr/bin/python3]
/// [networks whose name holds this, for instance lenet]
/// On Debian the peer needs python3-torch and libopenblas0-pthread; without the latter it multiplies 20 times slower.
/// </summary>
internal static class TrainingThroughput
{
    private const int Turns = 5;

    private static readonly TrainingCase[] _cases =
    [
        new("784-512-256-10", 128, OptimizerKind.Sgd, 8192, 6),
        new("784-512-256-10", 32, OptimizerKind.Sgd, 8192, 4),
        new("64-128-10", 32, OptimizerKind.Sgd, 8192, 12),
        new("64-128-10", 32, OptimizerKind.Adam, 1257, 40),
        new("lenet5", 128, OptimizerKind.Sgd, 2048, 2),
        new("transformer", 32, OptimizerKind.Adam, 1024, 2),
    ];

    public static int Run(string[] args)
    {
        var script = Path.Combine(FindRoot(), "benchmarks", "Training", "torch_training.py");
        var threads = args is [var number, ..] ? int.Parse(number, CultureInfo.InvariantCulture) : 1;
        var python = args is [_, var other, ..] ? other : "/usr/bin/python3";
        var part = args is [_, _, var some, ..] ? some : "";
        using var torch = TorchPeer.TryStart(python, script, threads);
        var version = torch?.Version ?? "not found, left out";
        Console.WriteLine($"{threads} thread(s), {Turns} turns each. PyTorch: {version}");
        Console.WriteLine("samples/s            by the clock: median (best)      by processor time: median");
        foreach (var @case in _cases.Where(one => one.Widths.Contains(part, StringComparison.Ordinal)))
            Measure(@case, torch, threads);
        return 0;
    }

    private static void Measure(TrainingCase @case, TorchPeer? torch, int threads)
    {
        var (own, peer) = (new Samples(), new Samples());
        Train(@case, 10, threads);                       // to compile
        torch?.Train(@case, 2);
        for (var turn = 0; turn < Turns; turn++)
        {
            own.Add(Train(@case, @case.Epochs * 4, threads), @case.Rows);
            if (torch is not null)
                peer.Add(torch.Train(@case, @case.Epochs), @case.Rows);
        }
        Console.WriteLine($"{@case.Widths}, batch {@case.Batch}, {@case.Optimizer}, {@case.Rows} rows");
        Console.WriteLine($"  TuneGraph          {own.WallMedian,12:N0} ({own.WallBest:N0})  {own.CpuMedian,22:N0}");
        if (FlopsOf(@case) is { } flops)
            Console.WriteLine($"  of it products     {own.CpuMedian * flops / 1e9,12:N0} GFLOP/s of a thread's time; "
                + $"{PeakSpeed.Measure():N0} are the processor's peak");
        if (torch is null)
            return;
        Console.WriteLine($"  PyTorch            {peer.WallMedian,12:N0} ({peer.WallBest:N0})  {peer.CpuMedian,22:N0}");
        Console.WriteLine($"  ratio              {own.WallMedian / peer.WallMedian,12:N2} "
            + $"({own.WallBest / peer.WallBest:N2})  {own.CpuMedian / peer.CpuMedian,22:N2}");
    }

    private static (double[] Wall, double[] Cpu) Train(TrainingCase @case, int epochs, int threads)
    {
        var (features, classes, model) = ModelOf(@case);
        var spec = new TrainingSpec
        {
            Model = model,
            Optimizer = new OptimizerSpec { Kind = @case.Optimizer },
            Epochs = epochs,
            BatchSize = @case.Batch,
            Threads = threads,
        };
        var wall = new double[epochs];
        var cpu = new double[epochs];
        using var group = InProcessGroup.Create(1)[0];
        var (started, busy) = (0L, TimeSpan.Zero);
        void Start() => (started, busy) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        Start();
        Trainer.Train(spec, RandomData(@case.Rows, features, classes), null, group, null, epochs, report =>
        {
            wall[report.Epoch - 1] = Stopwatch.GetElapsedTime(started).TotalSeconds;
            cpu[report.Epoch - 1] = (Environment.CpuUsage.TotalTime - busy).TotalSeconds;
            Start();
            return EpochVerdict.Continue;
        });
        return (wall[1..], cpu[1..]);           // the first holds the making of data and memory
    }

    /// <summary>
    /// Operations of a sample's products: forward, and twice that backward but for the data's gradient.
    /// </summary>
    private static double? FlopsOf(TrainingCase @case)
    {
        if (!@case.Widths.Contains('-'))
            return null;
        double[] widths = [.. @case.Widths.Split('-').Select(double.Parse)];
        return 2 * ((3 * widths.Zip(widths[1..], (a, b) => a * b).Sum()) - (widths[0] * widths[1]));
    }

    private static (int Features, int Classes, ModelSpec Model) ModelOf(TrainingCase @case)
    {
        if (@case.Widths == "lenet5")
            return (784, 10, LeNet);
        if (@case.Widths == "transformer")
            return (64, 10, new TransformerSpec());
        int[] widths = [.. @case.Widths.Split('-').Select(int.Parse)];
        return (widths[0], widths[^1], new MlpSpec { Hidden = [.. widths[1..^1]] });
    }

    /// <summary>LeNet-5 (LeCun et al. 1998) as it is built today.</summary>
    private static LayeredSpec LeNet => new()
    {
        List =
        [
            new ImageSpec { Channels = 1, Height = 28, Width = 28 },
            new ConvolutionSpec { Channels = 6, Kernel = 5, Padding = 2 },
            new ActivationSpec(Activation.Relu),
            new PoolingSpec(),
            new ConvolutionSpec { Channels = 16, Kernel = 5 },
            new ActivationSpec(Activation.Relu),
            new PoolingSpec(),
            new FlattenSpec(),
            new LinearSpec { Units = 120 },
            new ActivationSpec(Activation.Relu),
            new LinearSpec { Units = 84 },
            new ActivationSpec(Activation.Relu),
            new LinearSpec { Units = 10 },
        ],
    };

    internal static Dataset RandomData(int rows, int features, int classes)
    {
        var random = new Random(1);
        var inputs = new float[rows * features];
        var labels = new int[rows];
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = random.NextSingle();
        for (var i = 0; i < rows; i++)
            labels[i] = random.Next(classes);
        var schema = new DataSchema
        {
            Task = LearningTask.Classification,
            FeatureNames = [.. Enumerable.Range(0, features).Select(i => $"x{i}")],
            ClassNames = [.. Enumerable.Range(0, classes).Select(i => $"{i}")],
            Standardizer = Standardizer.Identity(features),
        };
        return Dataset.ForClassification(schema, inputs, labels);
    }

    /// <summary>The folder of the solution.</summary>
    public static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TuneGraph.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No TuneGraph.sln above.");
        return folder;
    }

    /// <summary>Rates of all epochs of all turns.</summary>
    private sealed class Samples
    {
        private readonly List<double> _wall = [];
        private readonly List<double> _cpu = [];

        public double WallMedian => Median(_wall);
        public double WallBest => _wall.Max();
        public double CpuMedian => Median(_cpu);

        public void Add((double[] Wall, double[] Cpu) seconds, int rows)
        {
            _wall.AddRange(seconds.Wall.Select(s => rows / s));
            _cpu.AddRange(seconds.Cpu.Select(s => rows / s));
        }

        private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
    }
}
