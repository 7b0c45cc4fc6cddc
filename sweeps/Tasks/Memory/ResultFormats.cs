using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace TuneGraph;

/// <summary>
/// The types whose results count towards the memory limit and may lie on disk. Results of other types weigh nothing and
/// stay in memory. Immutable.
/// </summary>
public sealed class ResultFormats
{
    private readonly ImmutableDictionary<Type, object> _formats;

    private ResultFormats(ImmutableDictionary<Type, object> formats) => _formats = formats;

    /// <summary><c>byte[]</c>, <c>float[]</c>, <c>double[]</c> and <c>string</c>.</summary>
    public static ResultFormats BuiltIn { get; } = new ResultFormats(ImmutableDictionary<Type, object>.Empty)
        .With(new ResultFormat<byte[]>(value => value.Length, value => value, bytes => bytes))
        .With(new ResultFormat<float[]>(
            value => value.Length * (long)sizeof(float),
            value => MemoryMarshal.AsBytes(value.AsSpan()).ToArray(),
            bytes => MemoryMarshal.Cast<byte, float>(bytes).ToArray()))
        .With(new ResultFormat<double[]>(
            value => value.Length * (long)sizeof(double),
            value => MemoryMarshal.AsBytes(value.AsSpan()).ToArray(),
            bytes => MemoryMarshal.Cast<byte, double>(bytes).ToArray()))
        .With(new ResultFormat<string>(
            value => value.Length * (long)sizeof(char),
            value => MemoryMarshal.AsBytes(value.AsSpan()).ToArray(),
            bytes => new string(MemoryMarshal.Cast<byte, char>(bytes))));

    /// <summary>These formats and one more, or one in place of the type's old one.</summary>
    /// <typeparam name="T">The type, exactly as tasks are declared to return it.</typeparam>
    /// <param name="format">How its results are weighed, written and read.</param>
    public ResultFormats With<T>(ResultFormat<T> format)
    {
        ArgumentNullException.ThrowIfNull(format);
        return new ResultFormats(_formats.SetItem(typeof(T), format));
    }

    internal ResultFormat<T>? Of<T>() => (ResultFormat<T>?)_formats.GetValueOrDefault(typeof(T));
}
