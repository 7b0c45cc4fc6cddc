namespace TuneGraph.Cli;

/// <summary>What the command's exit code means. Part of the command's contract: never renumber.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int InvalidInput = 3;
    public const int NotFound = 4;
    public const int Conflict = 7;
    public const int TimedOut = 124;
    public const int Interrupted = 130;
    public const int Terminated = 143;
}
