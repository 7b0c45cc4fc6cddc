using System.Runtime.InteropServices;

namespace TuneGraph.Cli;

/// <summary>Ctrl-C and SIGTERM: the first asks to stop gracefully, the second to stop at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _kill = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public StopSignals(Action<string> tell)
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, On);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, On);

        void On(PosixSignalContext context)
        {
            context.Cancel = true;
            Received ??= context.Signal;
            if (_stop.IsCancellationRequested)
            {
                _kill.Cancel();
                return;
            }

            tell("Stopping: running trials end at their next step. Once more to stop at once.");
            _stop.Cancel();
        }
    }

    /// <summary>The first signal; null while there was none.</summary>
    public PosixSignal? Received { get; private set; }

    public CancellationToken Stop => _stop.Token;

    public CancellationToken Kill => _kill.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _stop.Dispose();
        _kill.Dispose();
    }
}
