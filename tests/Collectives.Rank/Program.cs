using System.Diagnostics;
using System.Globalization;
using TuneGraph.Collectives;
using TuneGraph.Tests.Rank;

// Arguments: shm|tcp|tls|unix|an address, folder of the store, rank, world size, then what to do: sum | die (at step 7
// rank 1 is killed) | stop (there it is stopped) | cut (there rank 0 takes its network interface down) | the name of a
// strategy to train by (with the kind threads all ranks are threads of each process).
// Prints one line: what came out, or which exception.
var (kind, folder, scenario) = (args[0], args[1], args[4]);
var rank = int.Parse(args[2], CultureInfo.InvariantCulture);
var worldSize = int.Parse(args[3], CultureInfo.InvariantCulture);
if (kind == "threads")
{
    Console.WriteLine(StrategyTraining.OnThreads(scenario, worldSize));
    return;
}
// Long enough for any start of a process, short enough to wait for where somebody is silent for good.
var stallTime = TimeSpan.FromSeconds(scenario is "stop" or "cut" ? 3 : 60);
var options = new SocketOptions
{
    Token = "t",
    UnixFolder = kind == "unix" ? folder : null,
    Encrypt = kind == "tls",
    Address = char.IsAsciiDigit(kind[0]) ? kind : "127.0.0.1",
    StallTime = stallTime,
};
using ProcessGroup group = kind == "shm"
    ? SharedMemoryGroup.Join(Path.GetFileName(folder), rank, worldSize, new() { StallTime = stallTime })
    : SocketGroup.Join("test", rank, worldSize, new FileStore(folder), options);
try
{
    if (scenario is not ("sum" or "die" or "stop" or "cut"))
    {
        Console.WriteLine(StrategyTraining.On(group, scenario));
        return;
    }
    var random = new Random(rank);
    var hash = 17L;
    for (var step = 0; step < 20; step++)
    {
        if (scenario == "die" && rank == 1 && step == 7) Process.GetCurrentProcess().Kill();
        if (scenario == "stop" && rank == 1 && step == 7) Do("kill", "-STOP", $"{Environment.ProcessId}");
        if (scenario == "cut" && rank == 0 && step == 7) Do("ip", "link", "set", "tg0", "down");
        var length = step * step * 977;
        var values = group is SharedMemoryGroup shared && step % 2 == 0
            ? shared.Allocate<float>(length)
            : new float[length];
        foreach (ref var value in values.Span) value = random.Next(1000);
        group.AllReduce(values.Span);
        foreach (var value in values.Span) hash = unchecked((hash * 31) + (long)value);
    }
    Console.WriteLine($"sum {hash}");
}
catch (CollectiveAbortedException e)
{
    Console.WriteLine($"aborted by {e.AbortingRank} in {e.Call}: {e.Reason}");
}
catch (CollectiveStalledException e)
{
    Console.WriteLine($"stalled by {string.Join(' ', e.MissingRanks)} in {e.Call}: {e.Message}");
}

static void Do(string program, params string[] arguments)
{
    using var process = Process.Start(program, arguments);
    process.WaitForExit();
}
