namespace TuneGraph.Collectives;

/// <summary>The part of a process's memory that the other processes of the host see too.</summary>
/// <param name="start">First byte of the mapping.</param>
/// <param name="length">Its length in bytes.</param>
/// <param name="staging">This rank's staging room inside the mapping.</param>
/// <param name="passBytes">Bytes of that room.</param>
internal sealed unsafe class BoardWindow(byte* start, long length, byte* staging, long passBytes)
{
    internal long PassBytes => passBytes;

    /// <summary>Whether the others can see these bytes where they are.</summary>
    internal bool Holds(byte* data, long bytes) => data >= start && data + bytes <= start + length;

    internal byte* Reach(byte* data, long bytes, bool copy)
    {
        if (Holds(data, bytes)) return data;
        if (copy) Buffer.MemoryCopy(data, staging, passBytes, bytes);
        return staging;
    }
}
