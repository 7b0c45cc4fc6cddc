using System.Globalization;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;

namespace TuneGraph.Tests.Sidecar;

/// <summary>What the state store keeps, each value with a version as its ETag. Outlives a sidecar.</summary>
public sealed class StateRows
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (ByteString Value, long Version)> _rows = [];
    private long _versions;

    internal GetStateResponse Get(GetStateRequest request)
    {
        lock (_gate)
        {
            return _rows.TryGetValue(request.Key, out var row)
                ? new() { Data = row.Value, Etag = Text(row.Version) }
                : new GetStateResponse();
        }
    }

    internal bool TrySave(SaveStateRequest request)
    {
        lock (_gate)
        {
            foreach (var state in request.States)
            {
                if (state.Etag is { Value.Length: > 0 } etag
                    && (!_rows.TryGetValue(state.Key, out var row) || Text(row.Version) != etag.Value))
                    return false;
            }
            foreach (var state in request.States) _rows[state.Key] = (state.Value, ++_versions);
            return true;
        }
    }

    internal string? Get(string key)
    {
        lock (_gate) return _rows.TryGetValue(key, out var row) ? row.Value.ToStringUtf8() : null;
    }

    internal void Set(string key, string? value)
    {
        lock (_gate)
        {
            if (value is null) _rows.Remove(key);
            else _rows[key] = (ByteString.CopyFromUtf8(value), ++_versions);
        }
    }

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);
}
