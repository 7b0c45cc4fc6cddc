using System.Buffers;

namespace TuneGraph.Collectives;

/// <summary>
/// Ranks that are processes of one host. Vectors from <see cref="Allocate{T}"/> are summed where they lie; others pass
/// through a shared copy, piece by piece.
/// </summary>
public sealed unsafe class SharedMemoryGroup : ProcessGroup
{
    private readonly SharedMemoryTransport _transport;

    private SharedMemoryGroup(
        SharedMemoryTransport transport, ProcessGroupOptions options) : base(transport, options) =>
        _transport = transport;

    /// <summary>Joins a group and returns when all ranks have.</summary>
    /// <param name="name">A file name that all ranks agree on and that no other group has or had.</param>
    /// <param name="rank">0 … <paramref name="worldSize"/> − 1; rank 0 makes the shared file.</param>
    /// <param name="worldSize">Number of ranks, 1 … 1024.</param>
    /// <param name="options">Equal on all ranks; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up joining.</param>
    /// <exception cref="TimeoutException">Some ranks, which are named, did not join within the join time.</exception>
    /// <exception cref="InvalidDataException">The other ranks use another world size or other options.</exception>
    public static SharedMemoryGroup Join(
        string name, int rank, int worldSize, SharedMemoryOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.AsSpan().IndexOfAny('/', '\\') >= 0)
            throw new ArgumentException($"The group name '{name}' must be a file name without folders.", nameof(name));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(worldSize, 1024);
        options ??= new();
        return new(new(name, rank, worldSize, options, cancellationToken), options);
    }

    /// <summary>
    /// Memory that all ranks can reach, zeroed: collectives on it copy nothing. It is returned to the system when the
    /// group is disposed and no such memory is in use any more.
    /// </summary>
    /// <param name="length">Elements, at least 0.</param>
    /// <exception cref="InvalidOperationException">The arena is used up; see
    /// <see cref="SharedMemoryOptions.ArenaBytes"/>.</exception>
    public Memory<T> Allocate<T>(int length) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var start = _transport.Allocate((long)length * sizeof(T));
        return new SharedVector<T>(_transport.Mapping, (T*)start, length).Memory;
    }

    private sealed class SharedVector<T>(object mapping, T* start, int length) : MemoryManager<T> where T : unmanaged
    {
        public override Span<T> GetSpan()
        {
            GC.KeepAlive(mapping);
            return new(start, length);
        }

        public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex, pinnable: this);

        public override void Unpin() => GC.KeepAlive(mapping);

        protected override void Dispose(bool disposing) { }
    }
}
