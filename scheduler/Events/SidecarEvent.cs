using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace TuneGraph.Scheduler;

/// <summary>Something that happened, as a CloudEvent 1.0.</summary>
/// <param name="Id">The same whenever it is published: who has seen it ignores it.</param>
/// <param name="Type">What kind, <c>tunegraph.trial.told</c> for instance.</param>
/// <param name="Subject">Of which study or worker.</param>
/// <param name="At">When.</param>
/// <param name="Data">What is to be known, as JSON.</param>
internal sealed record SidecarEvent(string Id, string Type, string Subject, DateTimeOffset At, JsonObject Data)
{
    /// <summary>Where it is published.</summary>
    public const string Topic = "tunegraph.events";

    /// <summary>What it is published as, so that the sidecar leaves its id alone.</summary>
    public const string ContentType = "application/cloudevents+json";

    private const int ShownBytes = 8;

    /// <summary>An event of a study; its number is that in the study's log.</summary>
    public static SidecarEvent Of(string study, FeedEvent told, DateTimeOffset at)
    {
        var kind = StudyEventJson.KindOf(told);
        var data = JsonNode.Parse(StudyEventJson.Write(told))!.AsObject();
        data["study"] = study;
        data["number"] = told.Number;
        var id = string.Create(CultureInfo.InvariantCulture, $"{study}/{told.Number}");
        return told.Event is null
            ? new SidecarEvent($"{id}/{told.State}", $"tunegraph.study.{kind}", study, at, data)
            : new SidecarEvent(id, $"tunegraph.trial.{kind}", study, at, data);
    }

    /// <summary>What tells one lease of a worker from others, and does not tell its token.</summary>
    public static string LeaseOf(string token) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)).AsSpan(0, ShownBytes));

    /// <summary>A worker has come or gone.</summary>
    /// <param name="what"><c>joined</c> or <c>left</c>.</param>
    /// <param name="name">Its name.</param>
    /// <param name="lease">See <see cref="LeaseOf"/>.</param>
    /// <param name="at">When.</param>
    public static SidecarEvent OfWorker(string what, string name, string lease, DateTimeOffset at) => new(
        $"{name}/{lease}/{what}", $"tunegraph.worker.{what}", name, at, new JsonObject { ["worker"] = name });

    /// <summary>The event on the wire.</summary>
    public byte[] ToJson() => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["specversion"] = "1.0",
        ["id"] = Id,
        ["source"] = "tunegraph/scheduler",
        ["type"] = Type,
        ["subject"] = Subject,
        ["time"] = At.ToString("O", CultureInfo.InvariantCulture),
        ["datacontenttype"] = "application/json",
        ["data"] = Data.DeepClone(),
    }.ToJsonString());
}
