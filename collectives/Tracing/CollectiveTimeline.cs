using System.Collections.Immutable;
using System.Text.Json;

namespace TuneGraph.Collectives;

/// <summary>
/// Notes the calls of one or several members: counts them all, keeps the last ones, and writes them for
/// chrome://tracing or ui.perfetto.dev. Thread-safe; noting a call allocates nothing.
/// </summary>
public sealed class CollectiveTimeline
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly DateTimeOffset _began;
    private readonly long _origin;
    private readonly CollectiveSpan[] _spans;
    private readonly CollectiveTotals[] _totals = new CollectiveTotals[(int)CollectiveKind.Receive + 1];
    private long _count;

    /// <summary>An empty timeline.</summary>
    /// <param name="capacity">How many of the last calls are kept, at least 1. Default 65,536, about 6 MiB.</param>
    /// <param name="clock">Null for the system's.</param>
    public CollectiveTimeline(int capacity = 65_536, TimeProvider? clock = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _clock = clock ?? TimeProvider.System;
        _spans = new CollectiveSpan[capacity];
        _began = _clock.GetUtcNow();
        _origin = _clock.GetTimestamp();
    }

    /// <summary>The time on this timeline: 100 ns ticks since it was made.</summary>
    public long Now => _clock.GetElapsedTime(_origin).Ticks;

    /// <summary>Calls noted so far, those no longer kept included.</summary>
    public long Count
    {
        get { lock (_gate) return _count; }
    }

    /// <summary>The calls kept, oldest first.</summary>
    public ImmutableArray<CollectiveSpan> Spans
    {
        get
        {
            lock (_gate)
            {
                var kept = (int)Math.Min(_count, _spans.Length);
                var first = (int)((_count - kept) % _spans.Length);
                return [.. Enumerable.Range(0, kept).Select(i => _spans[(first + i) % _spans.Length])];
            }
        }
    }

    /// <summary>Everything counted of one verb.</summary>
    /// <param name="kind">The verb.</param>
    public CollectiveTotals TotalsOf(CollectiveKind kind)
    {
        lock (_gate) return _totals[(int)kind];
    }

    /// <summary>
    /// Writes the calls kept in the Trace Event Format: one process per rank, times in microseconds since 1970, so that
    /// the files of several processes can be laid side by side.
    /// </summary>
    /// <param name="utf8">Where to; stays open.</param>
    public void WriteChromeTrace(Stream utf8)
    {
        ArgumentNullException.ThrowIfNull(utf8);
        using var json = new Utf8JsonWriter(utf8);
        json.WriteStartObject();
        json.WriteStartArray("traceEvents");
        foreach (var span in Spans) Write(json, span);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal void Record(in CollectiveSpan span)
    {
        var seconds = new TimeSpan(span.End - span.Start).TotalSeconds;
        lock (_gate)
        {
            _spans[_count++ % _spans.Length] = span;
            ref var totals = ref _totals[(int)span.Call.Kind];
            totals = new(
                totals.Calls + 1, totals.Bytes + span.Bytes, totals.BusBytes + span.BusBytes, totals.Seconds + seconds);
        }
    }

    private void Write(Utf8JsonWriter json, in CollectiveSpan span)
    {
        var began = (_began - DateTimeOffset.UnixEpoch).Ticks;
        json.WriteStartObject();
        json.WriteString("name", span.Call.Label is { Length: > 0 } label ? label : span.Call.Kind.Words());
        json.WriteString("cat", span.Call.Kind.Words());
        json.WriteString("ph", "X");
        json.WriteNumber("ts", (began + span.Start) / (double)TimeSpan.TicksPerMicrosecond);
        json.WriteNumber("dur", (span.End - span.Start) / (double)TimeSpan.TicksPerMicrosecond);
        json.WriteNumber("pid", span.Rank);
        json.WriteNumber("tid", 0);
        json.WriteStartObject("args");
        json.WriteString("call", span.Call.ToString());
        json.WriteNumber("bytes", span.Bytes);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
