using Google.Protobuf;

namespace TuneGraph.Tests.Sidecar;

/// <summary>A message of a topic.</summary>
/// <param name="Data">The payload, raw or a CloudEvent.</param>
/// <param name="ContentType">What the publisher said that it is.</param>
/// <param name="Attempts">How often its delivery has failed.</param>
public sealed record TopicMessage(ByteString Data, string ContentType, int Attempts = 0);
