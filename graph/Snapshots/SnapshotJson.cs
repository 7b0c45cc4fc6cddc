using System.Text.Json;
using System.Text.Json.Serialization;

namespace TuneGraph.Graph;

/// <summary>Reads and writes snapshots without reflection.</summary>
[JsonSourceGenerationOptions(
    Converters = [typeof(TaskKeyConverter), typeof(WorkerIdConverter)],
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(GraphSnapshot))]
internal sealed partial class SnapshotJson : JsonSerializerContext;

internal sealed class TaskKeyConverter : JsonConverter<TaskKey>
{
    public override TaskKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, TaskKey value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

internal sealed class WorkerIdConverter : JsonConverter<WorkerId>
{
    public override WorkerId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, WorkerId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
