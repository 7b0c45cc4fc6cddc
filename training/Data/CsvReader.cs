using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace TuneGraph.Training;

/// <summary>
/// Reads comma-separated values (RFC 4180, strict) row by row from a stream, without a string per field. Fields of
/// the current row are spans into the buffer and die with the next <see cref="ReadRow"/>.
/// </summary>
internal sealed class CsvReader(string file, Stream stream) : TableReader
{
    /// <summary>The longest row that is read; a longer one is a broken quote or not CSV.</summary>
    public const int MaxRowBytes = 64 << 20;

    private readonly List<(int Start, int Length, bool Escaped)> _fields = [];
    private byte[] _buffer = new byte[256 << 10];
    private byte[] _unescaped = [];
    private int _row;         // where the current row starts in the buffer
    private int _next;        // where the next row starts
    private int _end;         // end of the bytes read
    private bool _atEnd;
    private long _line = 1;   // line of the current row's start
    private long _nextLine = 1;

    /// <summary>Number of fields of the current row.</summary>
    public override int FieldCount => _fields.Count;

    /// <summary>Whether the current row is an empty line.</summary>
    public override bool IsBlank => _fields is [(_, 0, false)] && _buffer[_row] is (byte)'\r' or (byte)'\n';

    /// <summary>Goes to the next row; false at the end of the text.</summary>
    /// <exception cref="DataException">The text is not CSV or not UTF-8.</exception>
    public override bool ReadRow()
    {
        if (_line == 1 && _next == 0 && _end == 0)
            SkipByteOrderMark();
        _row = _next;
        _line = _nextLine;
        while (!TryParseRow())
            Refill();
        if (_next == _row)
            return false;
        CheckEncoding();
        return true;
    }

    /// <summary>The bytes of a field, quotes taken away.</summary>
    public override ReadOnlySpan<byte> Field(int index)
    {
        var (start, length, escaped) = _fields[index];
        var field = _buffer.AsSpan(start, length);
        return escaped ? Unescape(field) : field;
    }

    /// <summary>The text of a field.</summary>
    public override string Text(int index) => Encoding.UTF8.GetString(Field(index));

    public override bool TryNumber(int index, out double number) => CsvNumber.TryParse(Field(index), out number);

    /// <summary>A fault at the start of a field of the current row.</summary>
    public override DataException Fault(int field, string problem) => FaultAt(_fields[field].Start, problem);

    /// <summary>A fault of the whole current row.</summary>
    public override DataException RowFault(string problem) => FaultAt(_row, problem);

    private DataException FaultAt(int position, string problem)
    {
        var before = _buffer.AsSpan(_row, position - _row);
        var line = _line + before.Count((byte)'\n');
        var lineStart = before[(before.LastIndexOf((byte)'\n') + 1)..];
        return new DataException(file, line, Encoding.UTF8.GetCharCount(lineStart) + 1, problem);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryParseRow()
    {
        _fields.Clear();
        var position = _row;
        if (position == _end)
            return _atEnd;
        while (true)
        {
            var quoted = position < _end && _buffer[position] == '"';
            if (quoted ? !TryQuotedField(ref position) : !TryPlainField(ref position))
                return false;
            if (position == _end)
                return EndRow(position);
            switch (_buffer[position])
            {
                case (byte)',':
                    position++;
                    if (position == _end && !_atEnd)
                        return false;
                    break;
                case (byte)'\n':
                    return EndRow(position + 1);
                default:                     // '\r': the field parsers made sure that '\n' follows
                    return EndRow(position + 2);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryPlainField(ref int position)
    {
        // A plain loop: fields are short, and the four special characters are the smallest that are common.
        var start = position;
        var buffer = _buffer.AsSpan(0, _end);
        while (position < buffer.Length
            && (buffer[position] > ',' || buffer[position] is not ((byte)',' or (byte)'\n' or (byte)'\r' or (byte)'"')))
        {
            position++;
        }
        if (position == _end && !_atEnd)
            return false;
        _fields.Add((start, position - start, false));
        if (position < _end && _buffer[position] == '"')
            throw FaultAt(position, "a quote inside an unquoted field. Quote the whole field and double the quote.");
        return IsFieldEnd(position);
    }

    private bool TryQuotedField(ref int position)
    {
        var open = position;
        var escaped = false;
        for (var at = open + 1; ; at += 2)
        {
            var found = at >= _end ? -1 : _buffer.AsSpan(at, _end - at).IndexOf((byte)'"');
            if (found < 0 && !_atEnd)
                return false;
            if (found < 0)
                throw FaultAt(open, "the quote that opens here is never closed.");
            at += found;
            if (at + 1 == _end && !_atEnd)
                return false;                // the next byte decides: closed, or a doubled quote
            if (at + 1 < _end && _buffer[at + 1] == '"')
            {
                escaped = true;
                continue;
            }
            _fields.Add((open + 1, at - open - 1, escaped));
            position = at + 1;
            return IsFieldEnd(position);
        }
    }

    /// <summary>Whether the field ends here; false asks for more bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsFieldEnd(int position)
    {
        if (position == _end || _buffer[position] is (byte)',' or (byte)'\n')
            return position < _end || _atEnd;
        if (_buffer[position] != '\r')
            throw FaultAt(position, "text after a closing quote; a comma or the end of the line is needed.");
        if (position + 1 == _end && !_atEnd)
            return false;
        if (position + 1 == _end || _buffer[position + 1] != '\n')
            throw FaultAt(position, "a carriage return without a line feed; end lines with LF or CR LF.");
        return true;
    }

    private bool EndRow(int end)
    {
        _next = end;
        _nextLine = _line + _buffer.AsSpan(_row, end - _row).Count((byte)'\n');
        return true;
    }

    private void Refill()
    {
        var kept = _end - _row;
        if (kept > MaxRowBytes)
        {
            throw new DataException(
                file, _line, 1, $"a row of more than {MaxRowBytes >> 20} MiB starts here; is a quote left open?");
        }
        var target = kept > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
        _buffer.AsSpan(_row, kept).CopyTo(target);
        _buffer = target;
        (_row, _next, _end) = (0, 0, kept);
        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _atEnd = read == 0;
    }

    private void SkipByteOrderMark()
    {
        while (_end < 3 && !_atEnd)
            Refill();
        if (_buffer.AsSpan(0, _end).StartsWith("\uFEFF"u8))
            _next = 3;
    }

    private void CheckEncoding()
    {
        var row = _buffer.AsSpan(_row, _next - _row);
        if (Utf8.IsValid(row))
            return;
        var position = 0;
        while (Rune.DecodeFromUtf8(row[position..], out _, out var consumed) == OperationStatus.Done)
            position += consumed;
        throw FaultAt(
            _row + position, $"byte 0x{row[position]:X2} is not UTF-8. Save the file as UTF-8.");
    }

    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> field)
    {
        if (_unescaped.Length < field.Length)
            _unescaped = new byte[field.Length];
        var length = 0;
        for (var i = 0; i < field.Length; i++)
        {
            _unescaped[length++] = field[i];
            if (field[i] == '"')
                i++;                         // the second of a doubled quote
        }
        return _unescaped.AsSpan(0, length);
    }
}
