using System.Collections;

namespace TuneGraph.Search;

/// <summary>
/// What a trial has reported, in little space: a number for each objective and report, and the steps only where they
/// are not 1, 2, 3 and so on.
/// </summary>
internal sealed class ReportList : IReadOnlyList<IntermediateValue>
{
    private double[] _values = [];
    private int[]? _steps;
    private int _objectives = 1;

    public int Count { get; private set; }

    public IntermediateValue this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return new(_steps is null ? index + 1 : _steps[index], ValueList.Of(Row(index)));
        }
    }

    public void Add(IntermediateValue report)
    {
        _objectives = report.Values.Length;
        if (_values.Length < (Count + 1) * _objectives)
            Resize(Math.Max(4, 2 * Count));
        if (_steps is null && report.Step != Count + 1)
        {
            _steps = new int[_values.Length / _objectives];
            for (var k = 0; k < Count; k++)
                _steps[k] = k + 1;
        }

        if (_steps is not null)
            _steps[Count] = report.Step;
        for (var j = 0; j < _objectives; j++)
            _values[(Count * _objectives) + j] = report.Values[j];
        Count++;
    }

    /// <summary>Lets go of room for more.</summary>
    public void Trim() => Resize(Count);

    public IEnumerator<IntermediateValue> GetEnumerator()
    {
        for (var k = 0; k < Count; k++)
            yield return this[k];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private ReadOnlySpan<double> Row(int index) => _values.AsSpan(index * _objectives, _objectives);

    private void Resize(int reports)
    {
        Array.Resize(ref _values, reports * _objectives);
        if (_steps is not null)
            Array.Resize(ref _steps, reports);
    }
}
