using System.Reflection;

namespace TuneGraph.Dashboard;

/// <summary>The page as a program of its own.</summary>
internal static class DashboardCommand
{
    private const int Success = 0;
    private const int Failed = 1;
    private const int Usage = 2;

    private const string Help =
        """
        Shows studies on a web page, live while they run.

        usage: tunegraph-dashboard [PLACE] [--urls URL]

          PLACE       a study file (study.db), an output folder (runs/digits), a folder of such folders, or the
                      connection string of a PostgreSQL database; default: runs
          --urls URL  one http URL of an IP address or localhost; default: http://127.0.0.1:5812.
                      Beyond the loopback, TUNEGRAPH_TOKEN must hold a secret that whoever looks has to give.
          --version   tells the version
          --help      tells this

        Nothing is written to a study. Stop it with Ctrl-C.
        """;

    private static string Version { get; } = Assembly.GetExecutingAssembly()
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <returns>The exit code: 0 stopped as asked, 1 cannot listen or read, 2 wrong arguments.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var (place, address) = ("runs", DashboardOptions.DefaultAddress);
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--help" or "-h" or "-?":
                    return await SayAsync(Help);
                case "--version":
                    return await SayAsync($"tunegraph dashboard {Version}");
                case "--urls" when i + 1 == args.Length:
                    return await RefuseAsync("--urls needs a value, for example --urls http://127.0.0.1:8080.", Usage);
                case "--urls":
                    address = new Uri(args[++i], UriKind.RelativeOrAbsolute);
                    break;
                case var one when one.StartsWith("--urls=", StringComparison.Ordinal):
                    address = new Uri(one["--urls=".Length..], UriKind.RelativeOrAbsolute);
                    break;
                case var unknown when unknown.StartsWith('-'):
                    return await RefuseAsync($"unknown argument '{unknown}'; see --help.", Usage);
                default:
                    place = args[i];
                    break;
            }
        }

        var token = Environment.GetEnvironmentVariable(DashboardOptions.TokenVariable);
        var options = new DashboardOptions(place, address, string.IsNullOrEmpty(token) ? null : token)
        {
            SignIn = SignInOptions.Read(Environment.GetEnvironmentVariable),
        };
        return options.Fault is { } fault ? await RefuseAsync(fault + ".", Usage) : await ServeAsync(options);
    }

    private static async Task<int> ServeAsync(DashboardOptions options)
    {
        try
        {
            await using var server = await DashboardServer.StartAsync(options);
            await SayAsync($"tunegraph dashboard {Version}: {server.Shows}");
            await SayAsync($"listening on {server.Address}");
            await server.WaitForShutdownAsync();
            return Success;
        }
        catch (Exception e) when (e is TuneGraphException or IOException)
        {
            return await RefuseAsync(e.Message, Failed);
        }
    }

    private static async Task<int> SayAsync(string line)
    {
        await Console.Out.WriteLineAsync(line);
        return Success;
    }

    private static async Task<int> RefuseAsync(string why, int code)
    {
        await Console.Error.WriteLineAsync("dashboard: " + why);
        return code;
    }
}
