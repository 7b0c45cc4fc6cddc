using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>Elements of an arena that belong together.</summary>
/// <param name="Start">The first element.</param>
/// <param name="Length">Elements, filling included; a multiple of the panel width.</param>
internal readonly record struct ArenaRange(int Start, int Length);

/// <summary>
/// A named tensor of a model and where its elements lie in an arena: as a matrix [rows, columns], row-major in files,
/// in panels or at strides in the arena.
/// </summary>
internal sealed record TensorPlace
{
    public required string Name { get; init; }
    public required ImmutableArray<long> Shape { get; init; }
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

    public int Count => Rows * Columns;

    /// <summary>Where the element of a row and column lies in the arena.</summary>
    public int Index(int row, int column)
    {
        var r = (row / RowGroups.Size * RowGroups.Stride) + (row % RowGroups.Size);
        var c = (column / ColumnGroups.Size * ColumnGroups.Stride) + (column % ColumnGroups.Size);
        return Range.Start + (PanelDepth > 0
            ? (((r / PanelWidth * PanelDepth) + c) * PanelWidth) + (r % PanelWidth)
            : (r * RowStride) + c);
    }

    /// <summary>Copies the tensor out of an arena.</summary>
    public void Get<T>(ReadOnlySpan<T> arena, Span<T> values)
    {
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
                values[(row * Columns) + column] = arena[Index(row, column)];
        }
    }

    /// <summary>Copies the tensor into an arena.</summary>
    public void Set<T>(Span<T> arena, ReadOnlySpan<T> values)
    {
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
                arena[Index(row, column)] = values[(row * Columns) + column];
        }
    }
}
