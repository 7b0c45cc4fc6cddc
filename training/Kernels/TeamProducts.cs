using System.Numerics;

namespace TuneGraph.Training;

/// <summary>Products on a team of threads, with what has to be packed for them.</summary>
internal static unsafe class TeamProducts<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>Elements to pack from which a second thread pays.</summary>
    private const long WorthPackingTogether = 1 << 15;

    public static void Multiply(ThreadTeam team, in Product<T> product, T* scratch)
    {
        var work = new ProductWork<T, V, S> { Product = product, Scratch = scratch };
        team.Run(ref work, work.Parts(team.Size));
    }

    public static void Multiply(ThreadTeam team, in DotProduct<T> product)
    {
        var work = new DotProductWork<T, V, S> { Product = product };
        team.Run(ref work, work.Parts(team.Size));
    }

    /// <summary>Many products: a thread takes whole ones where there are enough of them.</summary>
    public static void Multiply(ThreadTeam team, in Product<T> product, in Repeats repeats, T* scratch)
    {
        var work = new RepeatedWork { Product = product, Repeats = repeats, Scratch = scratch };
        team.Run(ref work, work.Parts(team.Size));
    }

    /// <summary>The same for dot products of one pair each, whose rows of C have room for whole panels.</summary>
    public static void Multiply(ThreadTeam team, in DotProduct<T> product, in Repeats repeats)
    {
        var work = new RepeatedDotWork { Product = product, Repeats = repeats };
        team.Run(ref work, work.Parts(team.Size));
    }

    /// <summary>See <see cref="Kernels{T}.MultiplyRows"/>.</summary>
    public static void MultiplyRows(ThreadTeam team, in Product<T> product, T* temporary, T* scratch)
    {
        var packed = product with { RowStrideB = 0 };
        if (product.Columns > Panels<T>.Width)          // the rows of a single panel already lie as they must
        {
            var pack = new PackWork { Product = product, Target = temporary };
            team.Run(ref pack, PackParts(team, (long)product.Depth * product.Columns));
            packed.B = temporary;
        }
        Multiply(team, packed, scratch);
    }

    /// <summary>See <see cref="Kernels{T}.MultiplyTransposed"/>.</summary>
    public static void MultiplyTransposed(
        ThreadTeam team, in Product<T> product, int rowsOfW, T* temporary, T* scratch)
    {
        var transpose = new TransposeWork { Product = product, Rows = rowsOfW, Target = temporary };
        team.Run(ref transpose, PackParts(team, (long)product.Depth * rowsOfW));
        Multiply(team, product with { B = temporary }, scratch);
    }

    private static int PackParts(ThreadTeam team, long elements) =>
        elements >= WorthPackingTogether ? team.Size : 1;

    private struct PackWork : ITeamWork
    {
        public required Product<T> Product;
        public required T* Target;

        public readonly void Run(int part, int parts, int thread)
        {
            var (from, end) = ProductWork<T, V, S>.Share(Product.Columns, Panels<T>.Width, part, parts);
            Panels<T>.Pack(Product.B + from, Product.RowStrideB, Product.Depth, end - from,
                Target + ((nint)from * Product.Depth));
        }
    }

    private struct TransposeWork : ITeamWork
    {
        public required Product<T> Product;
        public required int Rows;
        public required T* Target;

        public readonly void Run(int part, int parts, int thread)
        {
            var (from, end) = ProductWork<T, V, S>.Share(Rows, Panels<T>.Width, part, parts);
            Panels<T>.Transpose(Product.B, Rows, Product.Depth, from, end, Target);
        }
    }

    private struct RepeatedWork : ITeamWork
    {
        public required Product<T> Product;
        public required Repeats Repeats;
        public required T* Scratch;

        public readonly int Parts(int threads) => Math.Min(Repeats.Count, ProductWork<T, V, S>.PartsOf(
            (long)Product.Rows * Product.Columns * Product.Depth * Repeats.Count, threads));

        public readonly void Run(int part, int parts, int thread)
        {
            var (from, end) = ProductWork<T, V, S>.Share(Repeats.Count, 1, part, parts);
            var one = Product;
            for (var i = from; i < end; i++)
            {
                var (a, b, c) = Repeats.OffsetsOf(i);
                one.A = Product.A + a;
                one.B = Product.B + b;
                one.C = Product.C + c;
                ProductKernel<T, V, S>.Run(one, Scratch + (thread * ProductKernel<T, V, S>.ScratchLength));
            }
        }
    }

    private struct RepeatedDotWork : ITeamWork
    {
        public required DotProduct<T> Product;
        public required Repeats Repeats;

        public readonly int Parts(int threads) => Math.Min(Repeats.Count, ProductWork<T, V, S>.PartsOf(
            (long)Product.Rows * Product.Columns * Product.Depth * Product.Pairs * Repeats.Count,
            threads));

        public readonly void Run(int part, int parts, int thread)
        {
            var (from, end) = ProductWork<T, V, S>.Share(Repeats.Count, 1, part, parts);
            var one = Product;
            for (var i = from; i < end; i++)
            {
                var (a, b, c) = Repeats.OffsetsOf(i);
                one.A = Product.A + a;
                one.B = Product.B + b;
                one.C = Product.C + c;
                if (one.Depth <= ShortDotProductKernel<T, V, S>.MostDepth)
                    ShortDotProductKernel<T, V, S>.Run(one);
                else
                    DotProductKernel<T, V, S>.Run(one);
            }
        }
    }
}
