using System.Text.Json.Nodes;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;

namespace TuneGraph.Tests.Sidecar;

/// <summary>What daprd makes of a payload that is not raw.</summary>
internal static class CloudEvents
{
    internal const string ContentType = "application/cloudevents+json";

    private static long _ids;

    internal static ByteString Wrap(PublishEventRequest request)
    {
        if (request.DataContentType == ContentType) return request.Data;
        string Said(string name, string otherwise) =>
            request.Metadata.TryGetValue($"cloudevent.{name}", out var value) ? value : otherwise;
        var wrapped = new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = Said("id", $"event-{Interlocked.Increment(ref _ids)}"),
            ["source"] = Said("source", "app"),
            ["type"] = Said("type", "com.dapr.event.sent"),
            ["topic"] = request.Topic,
            ["pubsubname"] = request.PubsubName,
            ["datacontenttype"] = request.DataContentType,
        };
        if (request.DataContentType.Contains("json", StringComparison.Ordinal))
            wrapped["data"] = JsonNode.Parse(request.Data.Span);
        else wrapped["data_base64"] = request.Data.ToBase64();
        if (request.Metadata.TryGetValue("cloudevent.subject", out var subject)) wrapped["subject"] = subject;
        return ByteString.CopyFromUtf8(wrapped.ToJsonString());
    }
}
