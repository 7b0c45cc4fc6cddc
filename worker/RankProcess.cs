using System.Collections.Concurrent;
using System.Text.Json;

namespace TuneGraph.Worker;

/// <summary>
/// The process that runs trials' ranks, one order after the other: hears commands on its standard input, a JSON object
/// a line, and answers on its standard output, where each line of its own begins with a mark. It ends with its input,
/// so it never outlives its worker. What ranks print goes on at once: it is there even if the process dies of what
/// comes next.
/// </summary>
internal sealed class RankProcess : IDisposable
{
    public const string Verb = "run-ranks";

    private static readonly TimeSpan _pulse = TimeSpan.FromSeconds(1);

    private readonly TextWriter _out = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()));
    private readonly TrialOutput _output;
    private readonly BlockingCollection<RankTask?> _tasks = new(boundedCapacity: 2); // null: a rehearsal
    private readonly BlockingCollection<bool> _verdicts = new(boundedCapacity: 1);
    private CancellationTokenSource _stop = new();
    private volatile bool _mustHandBack;

    private RankProcess() => _output = new TrialOutput(new SecretMask(), () => Tell(isLast: false));

    public static int Run()
    {
        // Signals are for the worker: it tells what is to become of its trials.
        using var interrupt = Ignore(System.Runtime.InteropServices.PosixSignal.SIGINT);
        using var terminate = Ignore(System.Runtime.InteropServices.PosixSignal.SIGTERM);
        using var process = new RankProcess();
        return process.Serve();
    }

    public void Dispose()
    {
        _stop.Dispose();
        _tasks.Dispose();
        _verdicts.Dispose();
    }

    private static System.Runtime.InteropServices.PosixSignalRegistration Ignore(
        System.Runtime.InteropServices.PosixSignal signal) =>
        System.Runtime.InteropServices.PosixSignalRegistration.Create(signal, context => context.Cancel = true);

    private int Serve()
    {
        var reader = new Thread(Read) { IsBackground = true, Name = "commands" };
        reader.Start();
        using var pulse = new Timer(_ => Say(new RankWord()), null, _pulse, _pulse);
        TrialConsole.Listen(echoes: false);
        using var bus = new DaprBus();
        var runner = new OrderRunner(bus.Open, DaprBus.IsThere, _output);
        foreach (var task in _tasks.GetConsumingEnumerable())
        {
            if (task is null)
            {
                Rehearse(runner);
                continue;
            }

            var end = runner.Run(
                task,
                () => _mustHandBack,
                Report,
                meeting => Say(new RankWord(Meeting: meeting)),
                _stop.Token);
            Tell(isLast: true);
            Say(new RankWord(End: end));
        }

        return 0;
    }

    private void Rehearse(OrderRunner runner)
    {
        try
        {
            Rehearsal.Train(runner);
        }
        catch (Exception e) when (e is TuneGraphException or IOException or UnauthorizedAccessException)
        {
            // A full disk, say: the first order takes as long as it takes, then.
        }

        _ = _output.Take(isLast: true); // nobody's
    }

    private bool Report(StepWord step, string? checkpointPath)
    {
        Say(new RankWord(Step: step, CheckpointPath: checkpointPath));
        return _verdicts.Take();
    }

    private void Read()
    {
        while (Console.In.ReadLine() is { } line)
        {
            var command = JsonSerializer.Deserialize(line, WireJson.Default.RankCommand)!;
            if (command.Run is { } task)
            {
                _stop.Dispose();
                _stop = new CancellationTokenSource();
                _mustHandBack = false;
                _tasks.Add(task);
            }
            else if (command.GoOn is { } goOn)
                _verdicts.Add(goOn);
            else if (command.Stop is true)
                _stop.Cancel();
            else if (command.HandBack is true)
                _mustHandBack = true;
            else if (command.Rehearse is true)
                _tasks.Add(null);
        }

        Environment.Exit(0);
    }

    private void Tell(bool isLast)
    {
        if (_output.Take(isLast) is { IsEmpty: false } lines)
            Say(new RankWord(Printed: lines));
    }

    private void Say(RankWord word)
    {
        try
        {
            _out.WriteLine(RankWord.Mark + JsonSerializer.Serialize(word, WireJson.Default.RankWord));
            _out.Flush();
        }
        catch (IOException)
        {
            Environment.Exit(0); // the worker is gone
        }
    }
}
