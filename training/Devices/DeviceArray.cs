namespace TuneGraph.Training;

/// <summary>
/// An array where kernels compute, and the host's copy of it. On the CPU both are the same memory, and moving between
/// them does nothing.
/// </summary>
internal abstract unsafe class DeviceArray<T> : IDisposable
    where T : unmanaged
{
    private protected DeviceArray(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
    }

    /// <summary>Where the kernels find it: an address that only they may look behind.</summary>
    public T* Pointer { get; private protected set; }

    /// <summary>The host's copy.</summary>
    public abstract T* Host { get; }

    public long Length { get; }

    /// <summary>The elements of the host's copy; at most 2³¹ - 1 of them.</summary>
    public Span<T> Span => new(Host, checked((int)Length));

    /// <summary>Brings the kernels' values to the host; waits until all that was asked of them is done.</summary>
    public abstract void Download();

    /// <summary>
    /// Sends the host's values to the kernels, in order with what is asked of them before and after. The copy of an
    /// array that was taken as input may be written again at once, then under its new <see cref="Host"/>.
    /// </summary>
    public abstract void Upload();

    public abstract void Dispose();
}
