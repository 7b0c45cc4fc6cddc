using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>Elements of an arena that belong together.</summary>
/// <param name="Start">The first element.</param>
/// <param name="Length">Elements, filling included; a multiple of the panel width.</param>
internal readonly record struct ArenaRange(int Start, int Length);

/// <summary>Which indices along one side of a matrix a part of it has: runs that repeat.</summary>
/// <param name="Start">The first index.</param>
/// <param name="Run">Indices that stand together.</param>
/// <param name="Step">From one run to the next.</param>
internal readonly record struct IndexSlice(int Start, int Run, int Step)
{
    public static IndexSlice All => new(0, int.MaxValue, 0);

    /// <summary>One run.</summary>
    public static IndexSlice From(int start) => new(start, int.MaxValue, 0);

    /// <summary>Where the part's index stands in the whole.</summary>
    public int At(int index) => Start + (index / Run * Step) + (index % Run);
}

/// <summary>Which part of a matrix this rank has, where ranks divide it.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="WholeColumns">Columns of the whole matrix.</param>
internal sealed record TensorSlice(IndexSlice Rows, IndexSlice Columns, int WholeColumns);

/// <summary>
/// A named tensor of a model and where its elements lie in an arena: as a matrix [rows, columns], row-major in files,
/// in panels or at strides in the arena.
/// </summary>
internal sealed record TensorPlace
{
    public required string Name { get; init; }
    /// <summary>Shape of the whole tensor.</summary>
    public required ImmutableArray<long> Shape { get; init; }

    /// <summary>Which part of the tensor lies here; null for all of it.</summary>
    public TensorSlice? Slice { get; init; }
    public required ArenaRange Range { get; init; }
    public required int Rows { get; init; }
    public required int Columns { get; init; }

    /// <summary>Depth of the panels, whose columns are this tensor's rows; 0 for strided tensors.</summary>
    public int PanelDepth { get; init; }

    /// <summary>Columns per panel, for tensors in panels.</summary>
    public int PanelWidth { get; init; } = 1;

    /// <summary>From one row to the next, for strided tensors.</summary>
    public int RowStride { get; init; }

    /// <summary>Rows that lie together, and from one such group to the next.</summary>
    public (int Size, int Stride) RowGroups { get; init; } = (int.MaxValue, 0);

    /// <summary>Columns that lie together, and from one such group to the next.</summary>
    public (int Size, int Stride) ColumnGroups { get; init; } = (int.MaxValue, 0);

    /// <summary>Elements of the whole tensor.</summary>
    public int Count => checked((int)Shape.Aggregate(1L, (count, size) => count * size));

    /// <summary>Place of an element in the whole tensor, row by row.</summary>
    public long Position(int row, int column) => Slice is { } slice
        ? ((long)slice.Rows.At(row) * slice.WholeColumns) + slice.Columns.At(column)
        : ((long)row * Columns) + column;

    /// <summary>Where the element of a row and column lies in the arena.</summary>
    public int Index(int row, int column)
    {
        var r = (row / RowGroups.Size * RowGroups.Stride) + (row % RowGroups.Size);
        var c = (column / ColumnGroups.Size * ColumnGroups.Stride) + (column % ColumnGroups.Size);
        return Range.Start + (PanelDepth > 0
            ? (((r / PanelWidth * PanelDepth) + c) * PanelWidth) + (r % PanelWidth)
            : (r * RowStride) + c);
    }

    /// <summary>Copies what lies here to its place in the whole tensor.</summary>
    public void Get<T>(ReadOnlySpan<T> arena, Span<T> values)
    {
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
                values[(int)Position(row, column)] = arena[Index(row, column)];
        }
    }

    /// <summary>Copies what lies here out of the whole tensor.</summary>
    public void Set<T>(Span<T> arena, ReadOnlySpan<T> values)
    {
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
                arena[Index(row, column)] = values[(int)Position(row, column)];
        }
    }
}
