using System.Numerics;

namespace TuneGraph.Training;

/// <summary>
/// Batch and layer normalisation, divided among threads: sums by channels or columns, everything else by samples or
/// rows, so that each number is computed as one thread computes it.
/// </summary>
internal static unsafe class NormWork<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>Elements to touch from which a second thread pays.</summary>
    private const long WorthDividing = 1 << 14;

    /// <summary>Σ a, or with means Σ (a - mean) b, per channel.</summary>
    public static void Sums(ThreadTeam team, T* a, T* mean, T* b, in ChannelView view, double* sums)
    {
        var work = new SumWork { A = a, Mean = mean, B = b, View = view, Sums = sums };
        team.Run(ref work, Parts(team, view.Channels, LengthOf(view)));
    }

    /// <summary>y = (x - mean) scale + shift.</summary>
    public static void Affine(ThreadTeam team, T* x, T* mean, T* scale, T* shift, in ChannelView view, T* y)
    {
        var work = new MapWork { X = x, Mean = mean, A = scale, Shift = shift, View = view, Y = y };
        team.Run(ref work, Parts(team, view.Samples, LengthOf(view)));
    }

    /// <summary>y = y a + (x - mean) b + shift.</summary>
    public static void Combine(
        ThreadTeam team, T* y, T* x, T* mean, T* a, T* b, T* shift, in ChannelView view)
    {
        var work = new MapWork { X = x, Mean = mean, A = a, B = b, Shift = shift, View = view, Y = y };
        team.Run(ref work, Parts(team, view.Samples, LengthOf(view)));
    }

    /// <summary>See <see cref="NormKernels{T, V, S}.Forward"/>.</summary>
    public static void Rows(
        ThreadTeam team, T* x, int rows, int width, int stride, T* gamma, T* beta, double epsilon, T* y, T* moments)
    {
        var work = new RowWork
        {
            X = x,
            Y = y,
            Width = width,
            Stride = stride,
            Gamma = gamma,
            Beta = beta,
            Epsilon = epsilon,
            Moments = moments,
            Rows = rows,
        };
        team.Run(ref work, Parts(team, rows, (long)rows * stride));
    }

    /// <summary>The gradients of parameters first, then that by the input, in place.</summary>
    public static void RowsGradient(
        ThreadTeam team, T* gradient, T* x, int rows, int width, int stride, T* gamma, T* moments, T* gammaGradient,
        T* betaGradient)
    {
        var work = new RowWork
        {
            X = x,
            Y = gradient,
            Width = width,
            Stride = stride,
            Gamma = gammaGradient,
            Beta = betaGradient,
            Moments = moments,
            Rows = rows,
            Pass = RowPass.Parameters,
        };
        team.Run(ref work, Parts(team, stride / Panels<T>.Width, (long)rows * stride));
        work = work with { Gamma = gamma, Pass = RowPass.Input };
        team.Run(ref work, Parts(team, rows, (long)rows * stride));
    }

    private static long LengthOf(in ChannelView view) => (long)view.Samples * view.Channels * view.Size;

    private static int Parts(ThreadTeam team, int things, long touched) =>
        touched < WorthDividing ? 1 : Math.Min(team.Size, things);

    private struct SumWork : ITeamWork
    {
        public required T* A, Mean, B;
        public required ChannelView View;
        public required double* Sums;

        public readonly void Run(int part, int parts, int thread)
        {
            var (from, end) = ProductWork<T, V, S>.Share(View.Channels, 1, part, parts);
            if (Mean == null)
                ChannelKernels<T>.Sums(A, View, Sums, from, end);
            else
                ChannelKernels<T>.CenteredSums(A, Mean, B, View, Sums, from, end);
        }
    }

    private struct MapWork : ITeamWork
    {
        public required T* X, Mean, A, Shift, Y;
        public T* B;
        public required ChannelView View;

        public readonly void Run(int part, int parts, int thread)
        {
            var (from, end) = ProductWork<T, V, S>.Share(View.Samples, 1, part, parts);
            if (B == null)
                ChannelKernels<T>.Affine(X, Mean, A, Shift, View, Y, from, end);
            else
                ChannelKernels<T>.Combine(Y, X, Mean, A, B, Shift, View, from, end);
        }
    }

    private enum RowPass
    {
        Forward,
        Parameters,
        Input,
    }

    private struct RowWork : ITeamWork
    {
        public required T* X, Y, Gamma, Beta, Moments;
        public required int Rows, Width, Stride;
        public double Epsilon;
        public RowPass Pass;

        public readonly void Run(int part, int parts, int thread)
        {
            if (Pass == RowPass.Parameters)
            {
                var (first, last) = ProductWork<T, V, S>.Share(Stride, Panels<T>.Width, part, parts);
                NormKernels<T, V, S>.ParameterGradients(
                    Y, X, Rows, Width, Stride, Moments, Gamma, Beta, first, last);
                return;
            }
            var (from, end) = ProductWork<T, V, S>.Share(Rows, 1, part, parts);
            T* x = X + ((nint)from * Stride), y = Y + ((nint)from * Stride), moments = Moments + (2 * from);
            if (Pass == RowPass.Forward)
                NormKernels<T, V, S>.Forward(x, end - from, Width, Stride, Gamma, Beta, Epsilon, y, moments);
            else
                NormKernels<T, V, S>.Backward(y, x, end - from, Width, Stride, Gamma, moments);
        }
    }
}
