using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>
/// Lays out the parameters and the statistics (what is not learned, but kept: running means) of a model in two flat
/// arenas, in forward order; gradients and optimizer state lie like the parameters.
/// </summary>
/// <param name="panelWidth">Every tensor starts at a multiple of it.</param>
/// <param name="panels">Whether weights of products lie in panels; else they are row-major.</param>
/// <param name="layerWidth">
/// Every layer starts at a multiple of it, itself a multiple of the panel width; 0 means the panel width.
/// </param>
internal sealed class ArenaPlan(int panelWidth, bool panels = true, int layerWidth = 0)
{
    private readonly List<(TensorPlace Place, InitialValues Initial, int Stream)> _parameters = [];
    private readonly List<(TensorPlace Place, InitialValues Initial, int Stream)> _statistics = [];
    private readonly List<int> _borders = [];
    private int _streams;
    private int _masks;
    private long _length;
    private long _statisticsLength;

    public int Length => (int)_length;
    public int StatisticsLength => (int)_statisticsLength;
    public int PanelWidth => panelWidth;
    public ImmutableArray<TensorPlace> Parameters => [.. _parameters.Select(entry => entry.Place)];
    public ImmutableArray<TensorPlace> Statistics => [.. _statistics.Select(entry => entry.Place)];

    /// <summary>Where layers start, in forward order, and at last where they end.</summary>
    public ImmutableArray<int> Borders => [.. _borders.Distinct()];

    /// <summary>
    /// Whether what is reserved now lies in the arenas: false for layers that another rank has, whose tensors and masks
    /// are only counted, so that first values and dropout do not depend on who has what. Default: true.
    /// </summary>
    public bool Holds { get; set; } = true;

    /// <summary>Whether any layer exchanges sums with other ranks in its forward pass.</summary>
    public bool Exchanges { get; set; }

    /// <summary>Says that a layer's parameters follow; returns where they start.</summary>
    public int StartLayer()
    {
        if (layerWidth > 0)
            _length = (_length + layerWidth - 1) / layerWidth * layerWidth;
        if (_length > Array.MaxLength)
            throw TooLarge();
        _borders.Add((int)_length);
        return (int)_length;
    }

    /// <summary>The number of the next dropout layer.</summary>
    public int NextMask() => _masks++;

    /// <summary>
    /// Reserves a weight matrix [rows, columns] in panels of the given depth and columns, or in a single one.
    /// </summary>
    public TensorPlace Panels(
        string name, int rows, int columns, InitialValues initial, int? depth = null, int? width = null,
        (int, int)? rowGroups = null, (int, int)? columnGroups = null, (TensorSlice Slice, int WholeRows)? part = null)
    {
        var panelDepth = depth ?? columns;
        return Add(_parameters, ref _length, initial, new TensorPlace
        {
            Name = name,
            Shape = part is { } whole ? [whole.WholeRows, whole.Slice.WholeColumns] : [rows, columns],
            Slice = part?.Slice,
            Range = new ArenaRange((int)_length, Checked((long)panelDepth * RoundUp(width ?? rows))),
            Rows = rows,
            Columns = columns,
            PanelDepth = panelDepth,
            PanelWidth = panels ? panelWidth : RoundUp(width ?? rows),
            RowGroups = rowGroups ?? (int.MaxValue, 0),
            ColumnGroups = columnGroups ?? (int.MaxValue, 0),
        });
    }

    /// <summary>Reserves a row-major matrix [rows, columns] whose rows are filled up to whole panels.</summary>
    public TensorPlace Rows(string name, ImmutableArray<long> shape, int rows, int columns, InitialValues initial) =>
        Add(_parameters, ref _length, initial, Strided(name, shape, rows, columns, columns, _length));

    /// <summary>Reserves a vector.</summary>
    public TensorPlace Vector(
        string name, int length, InitialValues initial, int? width = null, (int, int)? groups = null,
        TensorSlice? slice = null) => Add(
            _parameters, ref _length, initial,
            Strided(name, [slice?.WholeColumns ?? length], 1, length, width ?? length, _length) with
            {
                Slice = slice,
                ColumnGroups = groups ?? (int.MaxValue, 0),
            });

    /// <summary>Reserves a vector that is kept but not learned.</summary>
    public TensorPlace Statistic(string name, int length, InitialValues initial) =>
        Add(_statistics, ref _statisticsLength, initial, Strided(name, [length], 1, length, length, _statisticsLength));

    /// <summary>Fills arenas with first values: a function of seed, tensor and position only.</summary>
    public void Fill<T>(Span<T> parameters, Span<T> statistics, ulong seed)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Fill(_parameters, parameters, seed);
        Fill(_statistics, statistics, seed);
    }

    private static void Fill<T>(
        List<(TensorPlace Place, InitialValues Initial, int Stream)> tensors, Span<T> arena, ulong seed)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        arena.Clear();
        foreach (var (place, initial, number) in tensors)
        {
            var stream = RandomStream.Weights(seed, number);
            for (var row = 0; row < place.Rows; row++)
            {
                for (var column = 0; column < place.Columns; column++)
                {
                    // The position counts inputs first, as the matrix is read in files.
                    var position = (ulong)place.Position(row, column);
                    arena[place.Index(row, column)] = T.CreateTruncating(initial.At(stream, position));
                }
            }
        }
    }

    private TensorPlace Strided(
        string name, ImmutableArray<long> shape, int rows, int columns, int width, long start) => new()
        {
            Name = name,
            Shape = shape,
            Range = new ArenaRange((int)start, Checked((long)rows * RoundUp(width))),
            Rows = rows,
            Columns = columns,
            RowStride = RoundUp(width),
        };

    private TensorPlace Add(
        List<(TensorPlace, InitialValues, int)> tensors, ref long length, InitialValues initial, TensorPlace place)
    {
        if (length + place.Range.Length > Array.MaxLength)
            throw TooLarge();
        var stream = initial.Kind == InitialKind.Constant ? 0 : _streams++;
        if (!Holds)
            return place;
        length += place.Range.Length;
        tensors.Add((place, initial, stream));
        return place;
    }

    private static int Checked(long length) => length <= Array.MaxLength ? (int)length : throw TooLarge();

    private static ArgumentException TooLarge() => new(
        $"The model has more than {Array.MaxLength:N0} parameters, the most allowed. Make its layers narrower.");

    private int RoundUp(int count) => (count + panelWidth - 1) & -panelWidth;
}
