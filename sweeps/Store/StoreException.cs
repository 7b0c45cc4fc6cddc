namespace TuneGraph;

/// <summary>A store could not be read or written; the message says which, why, and what to do.</summary>
public sealed class StoreException(string message, Exception? innerException = null)
    : TuneGraphException(message, innerException);
