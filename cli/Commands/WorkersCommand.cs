using System.CommandLine;
using System.Globalization;

namespace TuneGraph.Cli;

/// <summary><c>tunegraph workers</c>: who works for a scheduler, and who gets no trials and why.</summary>
internal static class WorkersCommand
{
    public static Command Create(Terminal terminal)
    {
        var json = new Option<bool>("--json") { Description = "Write one JSON document." };
        var command = new Command("workers", "Show a scheduler's workers: what they run, or why they get nothing.")
        {
            json,
        };
        var server = new ServerOptions();
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Get(parsed);
            var workers = await client.WorkersAsync(cancellationToken);
            if (parsed.GetValue(json))
                WriteJson(workers, terminal.Out);
            else
                Write(workers, terminal.Out);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Write(IReadOnlyCollection<WorkerView> workers, TextWriter output)
    {
        if (workers.Count == 0)
            output.WriteLine("workers: none is there");
        foreach (var worker in workers)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{worker.Name}: {worker.State}, {worker.Attempts.Length} attempts on {worker.Slots} slots"
                    + $"{(worker.Reason is { } why ? $"; {why}" : "")}"));
            foreach (var attempt in worker.Attempts)
                output.WriteLine($"  {attempt}");
        }
    }

    private static void WriteJson(IEnumerable<WorkerView> workers, TextWriter output) =>
        JsonText.Write(
            output,
            indented: true,
            json =>
            {
                json.WriteNumber("schemaVersion", 1);
                json.WriteStartArray("workers");
                foreach (var worker in workers)
                {
                    json.WriteStartObject();
                    json.WriteString("worker", worker.Name);
                    json.WriteString("state", worker.State);
                    json.WriteString("reason", worker.Reason);
                    json.WriteNumber("slots", worker.Slots);
                    json.WriteStartArray("attempts");
                    foreach (var attempt in worker.Attempts)
                        json.WriteStringValue(attempt);
                    json.WriteEndArray();
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
}
