using System.Text.Json;

namespace TuneGraph.Scheduler;

/// <summary>
/// What a study is whose trials the caller runs, for the OpenAPI document: the keys of a sweep for it.
/// </summary>
/// <param name="Space">Parameters by name, each with its type and range; see docs/spaces.md.</param>
/// <param name="Objective">Its <c>metric</c>, <c>value</c> by default, and <c>direction</c>.</param>
/// <param name="Objectives">Several of them, instead of one.</param>
/// <param name="Require">Rules that trials keep.</param>
/// <param name="Forbid">Rules that trials do not fulfil.</param>
/// <param name="Sampler">A name, or a mapping with <c>type</c>; <c>auto</c> by default.</param>
/// <param name="Pruner">A name, or a mapping with <c>type</c>; <c>none</c> by default.</param>
/// <param name="Steps">Steps of a whole trial, for pruners that have to know.</param>
/// <param name="Lease">
/// How long a trial may be silent before it counts as failed, such as <c>10m</c>; for ever by default.
/// </param>
/// <param name="Budget"><c>trials</c>: how many there may be.</param>
/// <param name="Seed">The seed; 0 by default.</param>
internal sealed record StudyText(
    Dictionary<string, JsonElement> Space,
    JsonElement? Objective,
    List<JsonElement>? Objectives,
    List<JsonElement>? Require,
    List<JsonElement>? Forbid,
    JsonElement? Sampler,
    JsonElement? Pruner,
    int? Steps,
    string? Lease,
    JsonElement? Budget,
    ulong? Seed);
