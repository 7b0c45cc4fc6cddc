using System.Text;

namespace TuneGraph;

/// <summary>
/// Hears what trials of this process write to <see cref="Console"/>: whose it is goes with the flow of the code, also
/// into threads and tasks that a trial starts.
/// </summary>
internal static class TrialConsole
{
    private static readonly AsyncLocal<(TrialOutput Output, int? Rank)?> _current = new();
    private static readonly Lock _lock = new();
    private static TextWriter? _out;
    private static TextWriter? _error;

    /// <summary>Begins to hear; again after somebody has set other writers.</summary>
    /// <param name="echoes">Whether what trials write goes to the console as well.</param>
    public static void Listen(bool echoes)
    {
        lock (_lock)
        {
            if (Console.Out != _out)
            {
                Console.SetOut(new Listener(Console.Out, isError: false, echoes));
                _out = Console.Out;
            }

            if (Console.Error != _error)
            {
                Console.SetError(new Listener(Console.Error, isError: true, echoes));
                _error = Console.Error;
            }
        }
    }

    /// <summary>What the caller's code writes from now on belongs to an attempt; nothing follows without one.</summary>
    public static void Enter(TrialOutput? output, int? rank)
    {
        if (output is not null)
            _current.Value = (output, rank);
    }

    private sealed class Listener(TextWriter console, bool isError, bool echoes) : TextWriter
    {
        public override Encoding Encoding => console.Encoding;

        public override void Write(char value) => Write([value]);

        public override void Write(string? value) => Write(value.AsSpan());

        public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

        public override void Write(ReadOnlySpan<char> buffer)
        {
            var current = _current.Value;
            current?.Output.Write(current.Value.Rank, isError, buffer);
            if (current is null || echoes)
                console.Write(buffer);
        }

        public override void WriteLine(string? value)
        {
            Write(value.AsSpan());
            Write(CoreNewLine.AsSpan());
        }

        public override void Flush() => console.Flush();
    }
}
