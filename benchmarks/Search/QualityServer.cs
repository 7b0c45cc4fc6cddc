using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace TuneGraph.Benchmarks;

/// <summary>
/// The problem server of the search-quality suite (<c>python3 funcs.py serve</c>) at the other end of a pipe: it
/// evaluates, judges, and appends a line to the results for each run that ends.
/// </summary>
internal sealed class QualityServer : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly Process _process;
    private readonly string _results;

    /// <summary>Starts the server.</summary>
    /// <param name="folder">The suite's folder.</param>
    /// <param name="results">The file that is appended to; it need not exist.</param>
    public QualityServer(string folder, string results)
    {
        _results = results;
        _process = Start(folder, ["funcs.py", "serve", "--log", results], redirect: true);
    }

    /// <summary>Sends a request, and waits for the answer.</summary>
    /// <exception cref="InvalidOperationException">The server refuses it, or has ended.</exception>
    public JsonNode Ask(JsonObject request)
    {
        _process.StandardInput.WriteLine(request.ToJsonString());
        var line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The server ended.");
        var answer = JsonNode.Parse(line)!;
        return answer["error"] is { } error
            ? throw new InvalidOperationException($"{request.ToJsonString()}: {error}")
            : answer;
    }

    /// <summary>The problems' names.</summary>
    public IEnumerable<string> Problems() =>
        Ask(new() { ["cmd"] = "list" })["ids"]!.AsArray().Select(id => (string)id!).ToList();

    /// <summary>The runs that the results hold already, by problem, optimizer and seed.</summary>
    public HashSet<(string Problem, string Optimizer, int Seed)> Done()
    {
        var done = new HashSet<(string, string, int)>();
        if (!File.Exists(_results))
            return done;
        using var file = File.OpenRead(_results);
        Stream stream = _results.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(file, CompressionMode.Decompress)
            : file;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            var run = JsonNode.Parse(line)!;
            done.Add(((string)run["problem"]!, (string)run["optimizer"]!, (int)run["seed"]!));
        }

        return done;
    }

    /// <summary>Runs a script of ours beside the suite, whose modules it may import; its exit code.</summary>
    public static int RunScript(string folder, string script, params IEnumerable<string> arguments)
    {
        using var process = Start(folder, [script, .. arguments], redirect: false);
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static Process Start(string folder, IEnumerable<string> arguments, bool redirect)
    {
        var start = new ProcessStartInfo(Python, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = redirect,
            RedirectStandardOutput = redirect,
        };
        start.Environment["PYTHONPATH"] = folder;
        start.Environment["OMP_NUM_THREADS"] = start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        return Process.Start(start)!;
    }
}
