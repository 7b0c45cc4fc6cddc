namespace TuneGraph;

/// <summary>
/// Something that a user can put right: the message says what happened, the actual value, what is allowed and the way
/// out.
/// </summary>
public class TuneGraphException(string message, Exception? innerException = null) : Exception(message, innerException);
