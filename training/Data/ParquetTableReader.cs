using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Parquet;
using Parquet.Schema;

namespace TuneGraph.Training;

/// <summary>
/// Reads a Parquet file of flat columns, row group by row group; columns that nobody wants are not read. Numbers and
/// booleans (1 and 0) are numbers, strings are text, and null is a missing value.
/// </summary>
internal sealed class ParquetTableReader : TableReader, IDisposable
{
    private readonly string _path;
    private readonly ParquetReader _reader;
    private readonly DataField[] _fields;
    private readonly bool[] _wanted;
    private readonly double[][] _numbers;        // per field; NaN where there is none
    private readonly string?[]?[] _texts;        // per field; null for fields of numbers
    private byte[] _bytes = new byte[64];
    private int _group = -1;
    private int _rowsInGroup;
    private int _row = -1;                       // in the group; -1 while the header is the current row
    private long _rowsBefore;
    private bool _isHeader;

    /// <param name="spec">Which columns are wanted.</param>
    /// <param name="content">The file; it must be able to seek.</param>
    /// <exception cref="DataException">It is no Parquet file.</exception>
    public ParquetTableReader(DataSpec spec, Stream content)
    {
        _path = spec.Path;
        try
        {
            _reader = ParquetReader.CreateAsync(content).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new DataException(_path, $"this is not a Parquet file that can be read ({e.Message}).", e);
        }
        _fields = _reader.Schema.GetDataFields();
        if (_fields.Length != _reader.Schema.Fields.Count || _fields.Any(field => field.IsArray))
        {
            throw new DataException(
                _path, "the table has nested columns (lists, maps or structures); write one column per value.");
        }
        _wanted = [.. _fields.Select(field => !spec.Exclude.Contains(field.Name))];
        _numbers = new double[_fields.Length][];
        _texts = new string?[_fields.Length][];
    }

    public override int FieldCount => _fields.Length;

    public override bool IsBlank => false;

    public override bool ReadRow()
    {
        if (_group < 0 && !_isHeader)
            return _isHeader = true;
        _isHeader = false;
        _row++;
        while (_group < 0 || _row >= _rowsInGroup)
        {
            if (_group + 1 >= _reader.RowGroupCount)
                return false;
            _rowsBefore += _rowsInGroup;
            ReadGroup(++_group);
            _row = 0;
        }
        return true;
    }

    public override ReadOnlySpan<byte> Field(int index)
    {
        if (_isHeader || _texts[index] is not null)
        {
            var text = Text(index);
            if (_bytes.Length < Encoding.UTF8.GetMaxByteCount(text.Length))
                _bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
            return _bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, _bytes));
        }
        var number = _numbers[index][_row];
        if (double.IsNaN(number))
            return [];
        Utf8Formatter.TryFormat(number, _bytes, out var written);
        return _bytes.AsSpan(0, written);
    }

    public override string Text(int index)
    {
        if (_isHeader)
            return _fields[index].Name;
        return _texts[index] is { } texts
            ? texts[_row] ?? ""
            : _numbers[index][_row] is var number && double.IsNaN(number)
                ? ""
                : number.ToString("R", CultureInfo.InvariantCulture);
    }

    public override bool TryNumber(int index, out double number)
    {
        if (_isHeader || _texts[index] is not null)
            return CsvNumber.TryParse(Field(index), out number);
        number = _numbers[index][_row];
        return double.IsFinite(number);
    }

    public override DataException Fault(int field, string problem) =>
        new(_path, $"row {_rowsBefore + _row + 1}, column '{_fields[field].Name}': {problem}");

    public override DataException RowFault(string problem) => _isHeader
        ? new(_path, problem)
        : new(_path, $"row {_rowsBefore + _row + 1}: {problem}");

    public void Dispose() => _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private void ReadGroup(int group)
    {
        try
        {
            using var rows = _reader.OpenRowGroupReader(group);
            _rowsInGroup = checked((int)rows.RowCount);
            for (var i = 0; i < _fields.Length; i++)
            {
                if (_wanted[i])
                    ReadColumn(rows, i);
            }
        }
        catch (Exception e) when (e is not (OperationCanceledException or DataException))
        {
            throw new DataException(_path, $"row group {group + 1} cannot be read ({e.Message}).", e);
        }
    }

    private void ReadColumn(ParquetRowGroupReader rows, int index)
    {
        var field = _fields[index];
        if (field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>))
        {
            var texts = _texts[index] = new string?[_rowsInGroup];
            rows.ReadAsync(field, texts.AsMemory()!).AsTask().GetAwaiter().GetResult();
            return;
        }
        var numbers = _numbers[index] is { } known && known.Length >= _rowsInGroup ? known : new double[_rowsInGroup];
        _numbers[index] = numbers;
        var type = Type.GetTypeCode(field.ClrType);
        switch (type)
        {
            case TypeCode.Double: Read<double>(rows, field, numbers, value => value); break;
            case TypeCode.Single: Read<float>(rows, field, numbers, value => value); break;
            case TypeCode.Int64: Read<long>(rows, field, numbers, value => value); break;
            case TypeCode.Int32: Read<int>(rows, field, numbers, value => value); break;
            case TypeCode.Int16: Read<short>(rows, field, numbers, value => value); break;
            case TypeCode.SByte: Read<sbyte>(rows, field, numbers, value => value); break;
            case TypeCode.UInt64: Read<ulong>(rows, field, numbers, value => value); break;
            case TypeCode.UInt32: Read<uint>(rows, field, numbers, value => value); break;
            case TypeCode.UInt16: Read<ushort>(rows, field, numbers, value => value); break;
            case TypeCode.Byte: Read<byte>(rows, field, numbers, value => value); break;
            case TypeCode.Decimal: Read<decimal>(rows, field, numbers, value => (double)value); break;
            case TypeCode.Boolean: Read<bool>(rows, field, numbers, value => value ? 1 : 0); break;
            default:
                throw new DataException(_path, $"the column '{field.Name}' holds {field.ClrType.Name}; numbers, "
                    + "booleans and text can be used. Exclude it, or write it as one of them.");
        }
    }

    private void Read<TValue>(
        ParquetRowGroupReader rows, DataField field, double[] numbers, Func<TValue, double> convert)
        where TValue : struct
    {
        if (field.IsNullable)
        {
            var values = new TValue?[_rowsInGroup];
            rows.ReadAsync<TValue>(field, values.AsMemory()).AsTask().GetAwaiter().GetResult();
            for (var i = 0; i < values.Length; i++)
                numbers[i] = values[i] is { } value ? convert(value) : double.NaN;
            return;
        }
        var all = new TValue[_rowsInGroup];
        rows.ReadAsync<TValue>(field, all.AsMemory()).AsTask().GetAwaiter().GetResult();
        for (var i = 0; i < all.Length; i++)
            numbers[i] = convert(all[i]);
    }
}
