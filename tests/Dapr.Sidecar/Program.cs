using System.Globalization;
using TuneGraph.Tests.Sidecar;

// A sidecar and its broker as a process, which a test may kill:
// grpc port, http port, seed, duplicates, reorders, losses; ends with its input.
double Number(int at) => args.Length > at ? double.Parse(args[at], CultureInfo.InvariantCulture) : 0;
using var broker = new Broker().With("tunegraph-events").With("gradbus", new()
{
    Seed = (int)Number(2),
    Duplicate = Number(3),
    Reorder = Number(4),
    Loss = Number(5),
});
await using var sidecar = await new DaprSidecar(broker).StartAsync((int)Number(0), (int)Number(1));
Console.WriteLine($"listening on {sidecar.Grpc} {sidecar.Http}");
await Console.In.ReadToEndAsync();
var counts = broker.Counts;
Console.WriteLine(counts);
