using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using TuneGraph.Training;

namespace TuneGraph.Benchmarks;

/// <summary>
/// GFLOP/s of matrix products beside OpenBLAS in the same process, turn by turn: on one thread by processor time, on
/// more by the clock. Squares pack their right side every time; the products of a network's layers do not, since its
/// weights lie packed.
/// Run: dotnet run --project benchmarks -c Release -- gemm [threads, default 1 2]
/// On Debian the peer needs libopenblas0-pthread. On processors with AVX-512 that it does not know, it wants
/// OPENBLAS_CORETYPE=SKYLAKEX, or it takes them for Haswell.
/// </summary>
internal static unsafe class ProductBenchmark
{
    private const string OpenBlas = "/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0";
    private const int RowMajor = 101, NoTranspose = 111;
    private const int Turns = 15;

    private static readonly (int Rows, int Depth, int Columns, bool Packs)[] _shapes =
    [
        (256, 256, 256, true), (512, 512, 512, true), (1024, 1024, 1024, true), (2048, 2048, 2048, true),
        (32, 784, 512, false), (32, 512, 256, false), (32, 256, 10, false),
        (128, 784, 512, false), (128, 512, 256, false), (128, 256, 10, false),
    ];

    public static int Run(string[] args)
    {
        var counts = (args.Length == 0 ? ["1", "2"] : args)
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture));
        var blas = NativeLibrary.Load(OpenBlas);
        var setThreads = (delegate* unmanaged<int, void>)NativeLibrary.GetExport(blas, "openblas_set_num_threads");
        Console.WriteLine($"In registers this processor does {PeakSpeed.Measure():N0} GFLOP/s a thread.");
        foreach (var count in counts)
        {
            setThreads(count);
            Compare(blas, count);
        }
        return 0;
    }

    private static void Compare(IntPtr blas, int threads)
    {
        var multiply = (delegate* unmanaged<
            int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)
            NativeLibrary.GetExport(blas, "cblas_sgemm");
        using var team = new ThreadTeam(threads);
        Console.WriteLine($"{threads} thread(s), {(threads == 1 ? "processor time" : "the clock")}: rows x depth x "
            + "columns, GFLOP/s: TuneGraph median (best), OpenBLAS median (best), ratio: of pairs (of the bests)");
        foreach (var shape in _shapes)
        {
            using var bench = new Bench(shape.Rows, shape.Depth, shape.Columns, shape.Packs, team);
            var (own, peer) = (new List<double>(), new List<double>());
            for (var turn = 0; turn < Turns; turn++)
            {
                own.Add(bench.Measure(bench.Own));
                peer.Add(bench.Measure(() => multiply(
                    RowMajor, NoTranspose, NoTranspose, shape.Rows, shape.Columns, shape.Depth, 1, bench.A,
                    shape.Depth, bench.B, shape.Columns, 0, bench.C, shape.Columns)));
            }
            Console.WriteLine($"{shape.Rows,5} x {shape.Depth,4} x {shape.Columns,4}   "
                + $"{Median(own),10:N1} ({own.Max():N1})   {Median(peer),10:N1} ({peer.Max():N1})   "
                + $"{Median(own.Zip(peer, (a, b) => a / b)),8:N2} ({own.Max() / peer.Max():N2})");
        }
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Turns / 2);

    private sealed class Bench : IDisposable
    {
        private const double SecondsPerTurn = 0.1;
        private static readonly TimeSpan _rest = TimeSpan.FromMilliseconds(60);

        private readonly int _rows, _depth, _columns, _stride;
        private readonly bool _packs, _byClock;
        private readonly Kernels<float> _kernels;
        private readonly NativeArray<float> _a, _b, _panels, _c, _scratch;

        public Bench(int rows, int depth, int columns, bool packs, ThreadTeam team)
        {
            (_rows, _depth, _columns, _packs) = (rows, depth, columns, packs);
            (_kernels, _byClock) = (Kernels<float>.On(team), team.Size > 1);
            _stride = Panels<float>.RoundUp(columns);
            (_a, _b) = (Random((long)rows * depth), Random((long)depth * columns));
            _panels = Random((long)depth * _stride);
            _c = new NativeArray<float>((long)rows * _stride);
            _scratch = new NativeArray<float>(_kernels.ScratchLength);
        }

        public float* A => _a.Pointer;
        public float* B => _b.Pointer;
        public float* C => _c.Pointer;

        public void Own()
        {
            var product = new Product<float>
            {
                Rows = _rows,
                Depth = _depth,
                Columns = _stride,
                A = A,
                RowStride = _depth,
                DepthStride = 1,
                B = _packs ? B : _panels.Pointer,
                RowStrideB = _packs ? _columns : 0,
                C = C,
                RowStrideC = _stride,
                PanelStrideC = Panels<float>.Width,
            };
            if (_packs)
                _kernels.MultiplyRows(product, _panels.Pointer, _scratch.Pointer);
            else
                _kernels.Multiply(product, _scratch.Pointer);
        }

        /// <summary>GFLOP/s; by processor time other work does not count, but then a second thread does.</summary>
        public double Measure(Action multiply)
        {
            // OpenBLAS's threads wait for more work on the processor, 2^26 of its ticks, in the other side's turn.
            Thread.Sleep(_rest);
            multiply();
            var (started, busy, count) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, 0);
            do
            {
                multiply();
                count++;
            }
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < SecondsPerTurn);
            var seconds = _byClock
                ? Stopwatch.GetElapsedTime(started).TotalSeconds
                : (Environment.CpuUsage.TotalTime - busy).TotalSeconds;
            return 2.0 * _rows * _depth * _columns * count / seconds / 1e9;
        }

        public void Dispose()
        {
            foreach (var array in new[] { _a, _b, _panels, _c, _scratch })
                array.Dispose();
        }

        private static NativeArray<float> Random(long length)
        {
            var array = new NativeArray<float>(length);
            var random = new Random(1);
            foreach (ref var value in array.Span)
                value = random.NextSingle() - 0.5f;
            return array;
        }
    }
}
