using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TuneGraph.Collectives;

/// <summary>
/// Messages over a transport's byte streams: each starts with the sender's call, which the receiver compares with its
/// own. One exchange sends and receives at once, piece by piece, so that no pair of ranks can block each other on full
/// buffers.
/// </summary>
internal sealed unsafe class Wire
{
    /// <summary>The call, then the payload's length.</summary>
    internal const int HeaderBytes = 48;

    // A header travels with the first bytes of its payload: one write for a short message.
    private const int FirstBytes = 4096;
    private const int StagingBytes = 64 * 1024;
    private const int LargestRead = 1 << 30;

    private readonly Transport _transport;
    private readonly Waiter _waiter;
    private readonly byte[] _first = GC.AllocateArray<byte>(FirstBytes, pinned: true);
    private readonly byte[] _header = GC.AllocateArray<byte>(HeaderBytes, pinned: true);
    private readonly byte[] _staging = GC.AllocateArray<byte>(StagingBytes, pinned: true);
    private CollectiveCall _call;
    private long _payloadBytes;
    private long _headerBytes;
    private long _messages;

    internal Wire(Transport transport, Waiter waiter)
    {
        _transport = transport;
        _waiter = waiter;
    }

    internal int Rank => _transport.Rank;

    internal int WorldSize => _transport.WorldSize;

    internal TrafficCounters Traffic =>
        new(Volatile.Read(ref _payloadBytes), Volatile.Read(ref _headerBytes), Volatile.Read(ref _messages));

    internal void Begin(in CollectiveCall call) => _call = call;

    /// <summary>Counts bytes that moved between ranks' vectors without a message.</summary>
    internal void CountMoved(long bytes) => _payloadBytes += bytes;

    internal void Send(int to, byte* data, long bytes) => Exchange(to, data, bytes, -1, null, 0);

    internal void Receive(int from, byte* data, long bytes, ReduceKernel? combine = null) =>
        Exchange(-1, null, 0, from, data, bytes, combine);

    /// <summary>
    /// Sends one message and receives one; −1 for neither. With a kernel the received values are combined in.
    /// </summary>
    internal void Exchange(
        int to, byte* outgoing, long outgoingBytes, int from, byte* incoming, long incomingBytes,
        ReduceKernel? combine = null)
    {
        var output = to < 0 ? default : Compose(outgoing, outgoingBytes);
        var input = new Input(from < 0, incoming, incomingBytes);
        while (!output.Done || !input.Done)
        {
            var moved = !output.Done && Write(to, ref output);
            if (!input.Done) moved |= Read(from, ref input, combine);
            if (moved) _waiter.Progressed();
            else _waiter.Pause(output.Done ? -1 : to, input.Done ? -1 : from);
        }
    }

    private Output Compose(byte* data, long bytes)
    {
        MemoryMarshal.Write(_first, _call);
        MemoryMarshal.Write(_first.AsSpan(HeaderBytes - sizeof(long)), bytes);
        var taken = (int)Math.Min(bytes, FirstBytes - HeaderBytes);
        new ReadOnlySpan<byte>(data, taken).CopyTo(_first.AsSpan(HeaderBytes));
        _payloadBytes += bytes;
        _headerBytes += HeaderBytes;
        _messages++;
        return new(HeaderBytes + taken, data + taken, bytes - taken);
    }

    private bool Write(int to, ref Output output)
    {
        if (output.FirstSent < output.FirstLength)
        {
            var count = _transport.TryWrite(to, _first.AsSpan(output.FirstSent, output.FirstLength - output.FirstSent));
            output.FirstSent += count;
            return count > 0;
        }
        var sent = _transport.TryWrite(to, new(output.Rest, (int)Math.Min(output.RestBytes, LargestRead)));
        output.Rest += sent;
        output.RestBytes -= sent;
        return sent > 0;
    }

    private bool Read(int from, ref Input input, ReduceKernel? combine)
    {
        if (input.HeaderRead < HeaderBytes)
        {
            var count = _transport.TryRead(from, _header.AsSpan(input.HeaderRead));
            input.HeaderRead += count;
            if (input.HeaderRead == HeaderBytes) Verify(from, input.Rest);
            return count > 0;
        }
        if (combine is not null) return ReadCombining(from, ref input, combine);
        var read = _transport.TryRead(from, new(input.Data, (int)Math.Min(input.Rest, LargestRead)));
        input.Data += read;
        input.Rest -= read;
        return read > 0;
    }

    private bool ReadCombining(int from, ref Input input, ReduceKernel combine)
    {
        var room = (int)Math.Min(StagingBytes - input.Staged, input.Rest - input.Staged);
        var count = _transport.TryRead(from, _staging.AsSpan(input.Staged, room));
        if (count == 0) return false;
        input.Staged += count;
        var whole = input.Staged / combine.ElementBytes * combine.ElementBytes;
        var staging = (byte*)Unsafe.AsPointer(ref _staging[0]);
        combine.Combine(input.Data, staging, whole / combine.ElementBytes);
        // The head of an element that has not come whole moves to the front.
        _staging.AsSpan(whole, input.Staged - whole).CopyTo(_staging);
        input.Staged -= whole;
        input.Data += whole;
        input.Rest -= whole;
        return true;
    }

    private void Verify(int from, long expectedBytes)
    {
        var call = MemoryMarshal.Read<CollectiveCall>(_header);
        var bytes = MemoryMarshal.Read<long>(_header.AsSpan(HeaderBytes - sizeof(long)));
        var agrees = _call.Kind == CollectiveKind.Receive
            ? call.Kind == CollectiveKind.Send && call.Element == _call.Element && call.Elements == _call.Elements
            : call.Matches(_call) && bytes == expectedBytes;
        if (!agrees) throw new CollectiveMismatchException(Rank, _call, from, call);
    }

    private struct Output(int firstLength, byte* rest, long restBytes)
    {
        internal readonly int FirstLength = firstLength;
        internal int FirstSent;
        internal byte* Rest = rest;
        internal long RestBytes = restBytes;

        internal readonly bool Done => FirstSent == FirstLength && RestBytes == 0;
    }

    private struct Input(bool none, byte* data, long bytes)
    {
        internal byte* Data = data;
        internal long Rest = bytes;
        internal int HeaderRead = none ? HeaderBytes : 0;
        internal int Staged;

        internal readonly bool Done => HeaderRead == HeaderBytes && Rest == 0;
    }
}
