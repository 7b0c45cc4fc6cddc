namespace TuneGraph;

/// <summary>How results of a type are weighed, and moved between memory and disk.</summary>
/// <typeparam name="T">The type, exactly as tasks are declared to return it.</typeparam>
/// <param name="Size">Bytes that a result takes in memory. Not negative.</param>
/// <param name="Write">Makes bytes of a result.</param>
/// <param name="Read">Makes an equal result of these bytes.</param>
public sealed record ResultFormat<T>(Func<T, long> Size, Func<T, byte[]> Write, Func<byte[], T> Read);
