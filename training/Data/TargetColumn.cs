using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace TuneGraph.Training;

/// <summary>Collects the target column and decides whether it holds classes or numbers.</summary>
internal sealed class TargetColumn(DataSpec spec)
{
    /// <summary>With more distinct whole numbers than this, Auto takes the column for a regression.</summary>
    public const int MostAutoClasses = 20;

    private readonly List<double> _numbers = [];
    private readonly List<int> _texts = [];          // per row, index into _distinct
    private readonly Dictionary<string, int> _distinct = new(StringComparer.Ordinal);
    private DataException? _firstText;               // what is wrong with the first target that is no number
    private int _textCount;
    private bool _allWhole = true;
    private bool _countsTexts = spec.Task != LearningTask.Regression;

    public int Rows => _numbers.Count;

    /// <summary>Takes the target of the reader's current row.</summary>
    public void Add(TableReader reader, int field)
    {
        var bytes = reader.Field(field);
        if (bytes.IsEmpty)
            throw reader.Fault(field, $"the target '{spec.Target}' is empty. Fill it in or remove the row.");
        var isNumber = reader.TryNumber(field, out var number);
        if (!isNumber && !_countsTexts)
            throw NotANumber(reader, field);
        _numbers.Add(number);
        if (!isNumber && _textCount++ == 0)
            _firstText = NotANumber(reader, field);
        _allWhole &= isNumber && number == Math.Floor(number) && Math.Abs(number) <= 1L << 53;
        if (!_countsTexts)
            return;
        _texts.Add(Intern(bytes));
        // From here on it can only be a regression: whoever wants classes must say so.
        if (spec.Task == LearningTask.Auto && _textCount == 0 && (!_allWhole || _distinct.Count > 4 * MostAutoClasses))
        {
            _countsTexts = false;
            _texts.Clear();
        }
        if (_distinct.Count > MlpSpec.MaxWidth)
        {
            throw reader.Fault(field, $"the target '{spec.Target}' has more than {MlpSpec.MaxWidth} classes. "
                + "Choose another target, or task: regression.");
        }
    }

    /// <summary>Takes the target of a row of numbers.</summary>
    public void Add(double number, long row)
    {
        if (!double.IsFinite(number))
        {
            throw new DataException(
                spec.Path, $"row {row}: the target '{spec.Target}' is {number}; it must be finite.");
        }
        _countsTexts = false;
        _numbers.Add(number);
        _allWhole &= number == Math.Floor(number) && Math.Abs(number) <= 1L << 53;
        if (spec.Task == LearningTask.Classification && !_allWhole)
        {
            throw new DataException(spec.Path, $"row {row}: the target '{spec.Target}' is {number}, which is no whole "
                + "number and so no class. Choose task: regression.");
        }
    }

    /// <summary>The task, the numbers (regression) or the labels and class names (classification).</summary>
    public (LearningTask Task, double[] Numbers, int[] Labels, ImmutableArray<string> Classes) Resolve()
    {
        var fewTexts = _textCount > 0 && 10L * _textCount <= Rows && _distinct.Count > MostAutoClasses;
        if (spec.Task == LearningTask.Auto && fewTexts)
            throw _firstText!;                       // a slip among numbers, not a list of classes
        var wholeNumbers = _allWhole ? DistinctNumbers() : [];
        var looksContinuous = _textCount == 0 && (!_allWhole || wholeNumbers.Length > MostAutoClasses);
        var isRegression = spec.Task == LearningTask.Regression || (spec.Task == LearningTask.Auto && looksContinuous);
        if (isRegression)
            return (LearningTask.Regression, [.. _numbers], [], []);
        return _allWhole ? ByNumber(wholeNumbers) : ByText();
    }

    /// <summary>Ascending. Plain loops: a table is often what a process reads first, and LINQ starts slowly.</summary>
    private double[] DistinctNumbers()
    {
        double[] numbers = [.. _numbers];
        Array.Sort(numbers);
        var count = 0;
        foreach (var number in numbers)
        {
            if (count == 0 || number != numbers[count - 1])
                numbers[count++] = number;
        }
        return numbers[..count];
    }

    private (LearningTask, double[], int[], ImmutableArray<string>) ByNumber(double[] values)
    {
        var labels = new int[Rows];
        for (var row = 0; row < labels.Length; row++)
            labels[row] = Array.BinarySearch(values, _numbers[row]);
        var names = ImmutableArray.CreateBuilder<string>(values.Length);
        foreach (var value in values)
            names.Add(((long)value).ToString(CultureInfo.InvariantCulture));
        return (LearningTask.Classification, [], labels, CheckClasses(names.ToImmutable()));
    }

    private (LearningTask, double[], int[], ImmutableArray<string>) ByText()
    {
        var names = _distinct.Keys.Order(StringComparer.Ordinal).ToImmutableArray();
        var rank = names.Select((name, index) => (Id: _distinct[name], index)).OrderBy(p => p.Id).Select(p => p.index);
        int[] ranks = [.. rank];
        return (LearningTask.Classification, [], [.. _texts.Select(id => ranks[id])], CheckClasses(names));
    }

    private ImmutableArray<string> CheckClasses(ImmutableArray<string> names) => names.Length >= 2
        ? names
        : throw new DataException(spec.Path, $"the target '{spec.Target}' holds only the class '{names[0]}' in all "
            + $"{Rows} rows; classification needs at least two.");

    private int Intern(ReadOnlySpan<byte> bytes)
    {
        Span<char> buffer = bytes.Length <= 256 ? stackalloc char[256] : new char[bytes.Length];
        var text = buffer[..Encoding.UTF8.GetChars(bytes, buffer)];
        var lookup = _distinct.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(text, out var id))
            return id;
        id = _distinct.Count;
        _distinct.Add(text.ToString(), id);
        return id;
    }

    private DataException NotANumber(TableReader reader, int field) => reader.Fault(field,
        $"the target '{spec.Target}' is '{reader.Text(field)}', which is not a finite number. "
        + (spec.Task == LearningTask.Regression
            ? "Regression needs numbers; correct it, or choose task: classification."
            : "Most rows hold numbers; correct it, or choose task: classification to take all for classes."));
}
