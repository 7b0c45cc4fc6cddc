using ILGPU;

namespace TuneGraph.Training;

/// <summary>Two arrays and a number; each thread takes four elements.</summary>
internal struct ElementArguments
{
    public Numbers Target, Source, Other;
    public float Number;

    /// <summary>Elements, over four.</summary>
    public int Quads;
}

/// <summary>Matrices [rows, columns], columns in multiples of 16.</summary>
internal struct MatrixArguments
{
    public Numbers Matrix, Row;
    public int Rows, Columns;
}

/// <summary>Rows of a width between places.</summary>
internal struct CopyArguments
{
    public Numbers Source, Target;
    public int SourceSample, SourceRow, TargetSample, TargetRow, Rows, Width, Count;
}

/// <summary>What <see cref="ElementKernels{T, V, S}"/> does, on a device.</summary>
internal static class ElementCode
{
    public static void Clear(ElementArguments a)
    {
        var i = Grid.GlobalIndex.X;
        var target = a.Target.Quads;
        if (i < a.Quads)
            target[i] = default;
    }

    /// <summary>Between numbers of any precision.</summary>
    public static void Copy(ElementArguments a)
    {
        var i = Grid.GlobalIndex.X;
        var target = a.Target.Quads;
        if (i < a.Quads)
            target[i] = a.Source.Quads[i];
    }

    public static void Add(ElementArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Quads)
            return;
        var target = a.Target.Quads;
        target[i] = target[i] + a.Source.Quads[i];
    }

    public static void Multiply(ElementArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Quads)
            return;
        var target = a.Target.Quads;
        target[i] = target[i] * a.Source.Quads[i];
    }

    public static void Square(ElementArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Quads)
            return;
        var x = a.Source.Quads[i];
        var target = a.Target.Quads;
        target[i] = x * x;
    }

    public static void SubtractProduct(ElementArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Quads)
            return;
        var target = a.Target.Quads;
        target[i] = target[i] - (a.Source.Quads[i] * a.Other.Quads[i]);
    }

    public static void Scale(ElementArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Quads)
            return;
        var target = a.Target.Quads;
        target[i] = a.Number * target[i];
    }

    /// <summary>Brings every value into [-number, number]; NaN stays NaN.</summary>
    public static void Clamp(ElementArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Quads)
            return;
        var target = a.Target.Quads;
        var x = target[i];
        target[i] = new Float4(
            Clamp(x.X, a.Number), Clamp(x.Y, a.Number), Clamp(x.Z, a.Number), Clamp(x.W, a.Number));
    }

    public static void AddToRows(MatrixArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Rows * (a.Columns / 4))
            return;
        var matrix = a.Matrix.Quads;
        matrix[i] = matrix[i] + a.Row.Quads[i % (a.Columns / 4)];
    }

    /// <summary>A group sums 16 columns; each sixteenth of its threads takes every so manyth row.</summary>
    public static void ColumnSums(MatrixArguments a)
    {
        var parts = SharedMemory.Allocate<float>(Block.MostThreads);
        int lane = Group.IdxX / 16, lanes = Group.DimX / 16, column = (Grid.IdxX * 16) + (Group.IdxX % 16);
        var sum = 0f;
        for (var row = lane; row < a.Rows; row += lanes)
            sum += a.Matrix[((long)row * a.Columns) + column];
        parts[Group.IdxX] = sum;
        Group.Barrier();
        if (lane > 0)
            return;
        for (var other = 1; other < lanes; other++)
            sum += parts[(other * 16) + Group.IdxX];
        a.Row[column] = sum;
    }

    public static void CopyRows(CopyArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Count)
            return;
        int x = i % a.Width, row = i / a.Width % a.Rows, sample = i / a.Width / a.Rows;
        a.Target[((long)sample * a.TargetSample) + (row * a.TargetRow) + x] =
            a.Source[((long)sample * a.SourceSample) + (row * a.SourceRow) + x];
    }

    private static float Clamp(float x, float limit) => x < -limit ? -limit : x > limit ? limit : x;
}
