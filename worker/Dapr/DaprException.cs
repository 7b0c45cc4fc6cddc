namespace TuneGraph.Worker;

/// <summary>A sidecar is not there, lacks something, or refuses; the message names what to do about it.</summary>
internal sealed class DaprException(string message, Exception? cause = null) : Exception(message, cause);
