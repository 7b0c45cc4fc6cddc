using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TuneGraph;

/// <summary>A refusal, as RFC 9457 has it.</summary>
/// <param name="Title">What happened, in short.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What is wrong, and the way out.</param>
/// <param name="Code">Which refusal it is, in words that do not change.</param>
/// <param name="Errors">With a refused sweep: each mistake with its place.</param>
internal sealed record Problem(string Title, int Status, string Detail, string Code, ImmutableArray<string>? Errors);

/// <summary>Everything that a scheduler, its workers and its clients say to each other, as JSON.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(WorkerOffer))]
[JsonSerializable(typeof(WorkerLease))]
[JsonSerializable(typeof(WorkerWord))]
[JsonSerializable(typeof(WorkerNews))]
[JsonSerializable(typeof(StepWord))]
[JsonSerializable(typeof(StepVerdict))]
[JsonSerializable(typeof(EndWord))]
[JsonSerializable(typeof(PrintedWord))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(GangMeeting))]
[JsonSerializable(typeof(StudySubmission))]
[JsonSerializable(typeof(StudyChange))]
[JsonSerializable(typeof(ParameterRange))]
[JsonSerializable(typeof(StudyView))]
[JsonSerializable(typeof(ImmutableArray<StudyView>))]
[JsonSerializable(typeof(TrialView))]
[JsonSerializable(typeof(ImmutableArray<TrialView>))]
[JsonSerializable(typeof(ImmutableArray<WorkerLoads>))]
[JsonSerializable(typeof(WorkerView))]
[JsonSerializable(typeof(ImmutableArray<WorkerView>))]
[JsonSerializable(typeof(TrialRequest))]
[JsonSerializable(typeof(NoteRequest))]
[JsonSerializable(typeof(ImmutableArray<StoredLine>))]
[JsonSerializable(typeof(AskedTrial))]
[JsonSerializable(typeof(AskRequest))]
[JsonSerializable(typeof(AskedTrials))]
[JsonSerializable(typeof(StepRequest))]
[JsonSerializable(typeof(StepAnswer))]
[JsonSerializable(typeof(TellRequest))]
[JsonSerializable(typeof(ImmutableArray<ImportanceView>))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(RankCommand))]
[JsonSerializable(typeof(RankWord))]
internal sealed partial class WireJson : JsonSerializerContext;
