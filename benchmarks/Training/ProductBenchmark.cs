using System.Diagnostics;
using System.Runtime.InteropServices;
using TuneGraph.Training;

namespace TuneGraph.Benchmarks;

/// <summary>
/// GFLOP/s of matrix products on one thread, beside OpenBLAS in the same process, turn by turn, by processor time.
/// Squares pack their right side every time; the products of a network's layers do not, since its weights lie packed.
/// Run: dotnet run --project benchmarks -c Release -- gemm
/// On Debian the peer needs libopenblas0-pthread. On processors with AVX-512 that it does not know, it wants
/// OPENBLAS_CORETYPE=SKYLAKEX, or it takes them for Haswell.
/// </summary>
internal static unsafe class ProductBenchmark
{
    private const string OpenBlas = "/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0";
    private const int RowMajor = 101, NoTranspose = 111;
    private const int Turns = 9;

    private static readonly (int Rows, int Depth, int Columns, bool Packs)[] _shapes =
    [
        (256, 256, 256, true), (512, 512, 512, true), (1024, 1024, 1024, true), (2048, 2048, 2048, true),
        (32, 784, 512, false), (32, 512, 256, false), (32, 256, 10, false),
        (128, 784, 512, false), (128, 512, 256, false), (128, 256, 10, false),
    ];

    public static int Run()
    {
        var blas = NativeLibrary.Load(OpenBlas);
        var threads = (delegate* unmanaged<int, void>)NativeLibrary.GetExport(blas, "openblas_set_num_threads");
        threads(1);
        var multiply = (delegate* unmanaged<
            int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)
            NativeLibrary.GetExport(blas, "cblas_sgemm");
        Console.WriteLine("rows x depth x columns, GFLOP/s: TuneGraph median (best), OpenBLAS median (best), ratio");
        foreach (var shape in _shapes)
        {
            using var bench = new Bench(shape.Rows, shape.Depth, shape.Columns, shape.Packs);
            var (own, peer) = (new List<double>(), new List<double>());
            for (var turn = 0; turn < Turns; turn++)
            {
                own.Add(bench.Measure(bench.Own));
                peer.Add(bench.Measure(() => multiply(
                    RowMajor, NoTranspose, NoTranspose, shape.Rows, shape.Columns, shape.Depth, 1, bench.A,
                    shape.Depth, bench.B, shape.Columns, 0, bench.C, shape.Columns)));
            }
            var (a, b) = (own.Order().ElementAt(Turns / 2), peer.Order().ElementAt(Turns / 2));
            Console.WriteLine($"{shape.Rows,5} x {shape.Depth,4} x {shape.Columns,4}   {a,20:N1} ({own.Max():N1})   "
                + $"{b,20:N1} ({peer.Max():N1})   {a / b,8:N2} ({own.Max() / peer.Max():N2})");
        }
        return 0;
    }

    private sealed class Bench : IDisposable
    {
        private const double SecondsPerTurn = 0.1;

        private readonly int _rows, _depth, _columns, _stride;
        private readonly bool _packs;
        private readonly NativeArray<float> _a, _b, _panels, _c, _scratch;

        public Bench(int rows, int depth, int columns, bool packs)
        {
            (_rows, _depth, _columns, _packs) = (rows, depth, columns, packs);
            _stride = Panels<float>.RoundUp(columns);
            (_a, _b) = (Random((long)rows * depth), Random((long)depth * columns));
            _panels = Random((long)depth * _stride);
            _c = new NativeArray<float>((long)rows * _stride);
            _scratch = new NativeArray<float>(Kernels<float>.Best.ScratchLength);
        }

        public float* A => _a.Pointer;
        public float* B => _b.Pointer;
        public float* C => _c.Pointer;

        public void Own()
        {
            if (_packs)
                Panels<float>.Pack(B, _columns, _depth, _columns, _panels.Pointer);
            Kernels<float>.Best.Multiply(new Product<float>
            {
                Rows = _rows,
                Depth = _depth,
                Columns = _stride,
                A = A,
                RowStride = _depth,
                DepthStride = 1,
                B = _panels.Pointer,
                C = C,
                RowStrideC = _stride,
                PanelStrideC = Panels<float>.Width,
            }, _scratch.Pointer);
        }

        /// <summary>GFLOP/s by the processor time of this thread's process share: other work does not count.</summary>
        public double Measure(Action multiply)
        {
            multiply();
            var (started, busy, count) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, 0);
            do
            {
                multiply();
                count++;
            }
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < SecondsPerTurn);
            var seconds = (Environment.CpuUsage.TotalTime - busy).TotalSeconds;
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
