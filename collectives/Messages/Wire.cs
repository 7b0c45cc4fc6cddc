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
    internal const int HeaderBytes = BoardLayout.CallBytes + 24;

    // A header travels with the first bytes of its payload: one write for a short message.
    private const int FirstBytes = 4096;
    private const int StagingBytes = 64 * 1024;
    private const int LargestRead = 1 << 30;

    private readonly Transport _transport;
    private readonly Waiter _waiter;
    private readonly byte[] _first = GC.AllocateArray<byte>(FirstBytes, pinned: true);
    private readonly byte[] _header = GC.AllocateArray<byte>(HeaderBytes, pinned: true);
    private readonly byte[] _staging = GC.AllocateArray<byte>(StagingBytes, pinned: true);
    private readonly long[] _sent;
    private readonly long[] _received;
    private readonly bool _checks;
    private CollectiveCall _call;
    private int[]? _members;
    private long _payloadBytes;
    private long _headerBytes;
    private long _messages;

    internal Wire(Transport transport, Waiter waiter, bool checks)
    {
        _sent = new long[transport.WorldSize];
        _received = new long[transport.WorldSize];
        _checks = checks;
        _transport = transport;
        _waiter = waiter;
    }

    /// <summary>This rank's place among those who take part now.</summary>
    internal int Rank { get; private set; }

    /// <summary>How many take part now: all, or the members of <see cref="Among"/>.</summary>
    internal int WorldSize { get; private set; }

    internal TrafficCounters Traffic =>
        new(Volatile.Read(ref _payloadBytes), Volatile.Read(ref _headerBytes), Volatile.Read(ref _messages));

    internal void Begin(in CollectiveCall call)
    {
        _call = call;
        _members = null;
        (Rank, WorldSize) = (_transport.Rank, _transport.WorldSize);
    }

    /// <summary>Lets what follows of this call run among some ranks only, this one among them.</summary>
    internal void Among(int[] members)
    {
        _members = members;
        (Rank, WorldSize) = (Array.IndexOf(members, _transport.Rank), members.Length);
    }

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
        if (_members is { } members)
            (to, from) = (to < 0 ? to : members[to], from < 0 ? from : members[from]);
        var output = to < 0 ? default : Compose(to, outgoing, outgoingBytes);
        var input = new Input(from < 0, incoming, incomingBytes);
        Run(to, ref output, from, ref input, combine);
    }

    /// <summary>
    /// Sends values and combines into them those that the other rank sends: each byte is sent before it is replaced, so
    /// no copy is needed. Both ranks call it alike.
    /// </summary>
    internal void ExchangeInPlace(int peer, byte* data, long bytes, ReduceKernel combine)
    {
        if (_members is { } members) peer = members[peer];
        var output = Compose(peer, data, bytes);
        var input = new Input(false, data, bytes) { FollowsOutput = true };
        Run(peer, ref output, peer, ref input, combine);
    }

    private void Run(int to, ref Output output, int from, ref Input input, ReduceKernel? combine)
    {
        while (!output.Done || !input.Done)
        {
            var moved = !output.Done && Write(to, ref output);
            if (!input.Done) moved |= Read(from, ref input, combine, output.Rest);
            if (moved) _waiter.Progressed();
            else _waiter.Pause(output.Done ? -1 : to, input.Done ? -1 : from);
        }
    }

    private Output Compose(int to, byte* data, long bytes)
    {
        var header = new MessageHeader { Call = _call, Bytes = bytes, Number = ++_sent[to] };
        if (_checks)
        {
            for (long at = 0; at < bytes; at += LargestRead)
                header.PayloadSum = Checksum.Append(
                    header.PayloadSum, new(data + at, (int)Math.Min(bytes - at, LargestRead)));
            header.HeaderSum = Checksum.Of(header);
        }
        MemoryMarshal.Write(_first, header);
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

    private bool Read(int from, ref Input input, ReduceKernel? combine, byte* sentUntil)
    {
        if (input.HeaderRead < HeaderBytes)
        {
            var count = _transport.TryRead(from, _header.AsSpan(input.HeaderRead));
            input.HeaderRead += count;
            if (input.HeaderRead == HeaderBytes) Verify(from, ref input);
            return count > 0;
        }
        if (combine is not null) return ReadCombining(from, ref input, combine, sentUntil);
        var read = _transport.TryRead(from, new(input.Data, (int)Math.Min(input.Rest, LargestRead)));
        if (_checks) Count(from, ref input, new(input.Data, read), read);
        input.Data += read;
        input.Rest -= read;
        return read > 0;
    }

    private bool ReadCombining(int from, ref Input input, ReduceKernel combine, byte* sentUntil)
    {
        var rest = input.FollowsOutput ? sentUntil - input.Data : input.Rest;
        var room = (int)Math.Min(StagingBytes - input.Staged, rest - input.Staged);
        if (room <= 0) return false;
        var count = _transport.TryRead(from, _staging.AsSpan(input.Staged, room));
        if (count == 0) return false;
        if (_checks) Count(from, ref input, _staging.AsSpan(input.Staged, count), input.Staged + count);
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

    private void Verify(int from, ref Input input)
    {
        var header = MemoryMarshal.Read<MessageHeader>(_header);
        if (_checks && header.HeaderSum != Checksum.Of(header)) ThrowCorrupted(from, "its header's checksum is wrong");
        var due = ++_received[from];
        if (header.Number != due) ThrowCorrupted(from, $"message {header.Number} came where {due} was due");
        var agrees = _call.Kind == CollectiveKind.Receive
            ? header.Call.Kind == CollectiveKind.Send && header.Call.Element == _call.Element
                && header.Call.Elements == _call.Elements
            : header.Call.Matches(_call) && header.Bytes == input.Rest;
        if (!agrees) throw new CollectiveMismatchException(_transport.Rank, _call, from, header.Call);
        input.DueSum = header.PayloadSum;
    }

    /// <summary>Adds bytes to the payload's checksum; <paramref name="taken"/> of the rest have now come.</summary>
    private void Count(int from, ref Input input, ReadOnlySpan<byte> bytes, long taken)
    {
        input.Sum = Checksum.Append(input.Sum, bytes);
        if (taken == input.Rest && input.Sum != input.DueSum) ThrowCorrupted(from, "its payload's checksum is wrong");
    }

    private void ThrowCorrupted(int from, string what) => throw new CollectiveCorruptedException(
        $"Rank {_transport.Rank} got a damaged message of rank {from} in {_call}: {what}. Bytes were changed, "
        + "lost, repeated or reordered on the way; look at the network between the two, or use TLS.", _call, from);

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
        internal bool FollowsOutput;
        internal uint Sum;
        internal uint DueSum;

        internal readonly bool Done => HeaderRead == HeaderBytes && Rest == 0;
    }
}
