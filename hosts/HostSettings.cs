using System.Globalization;
using System.Reflection;

namespace TuneGraph.Hosting;

/// <summary>A setting of a host: <c>--name form</c>, or <c>TUNEGRAPH__HOST__NAME</c>, or appsettings.json.</summary>
/// <param name="Name">Its name in small letters.</param>
/// <param name="Form">What its value looks like.</param>
/// <param name="Text">What it does, for the help.</param>
internal sealed record HostOption(string Name, string Form, string Text);

/// <summary>
/// What a host was told: by its arguments, else by its environment, else by a configuration component of its sidecar,
/// else by the section of its name in appsettings.json of the current folder. A name that it does not know is an error
/// wherever it stands. Compiled into each host, because hosts do not reference one another.
/// </summary>
internal sealed class HostSettings
{
    private const int Success = 0;
    private const int Failed = 1;
    private const int Usage = 2;

    private readonly IConfigurationSection _given;
    private readonly IReadOnlyDictionary<string, string> _secrets;

    private HostSettings(
        IConfigurationSection given, IReadOnlyDictionary<string, string> secrets, Sidecar? sidecar) =>
        (_given, _secrets, Sidecar) = (given, secrets, sidecar);

    /// <summary>The version of this program.</summary>
    public static string Version { get; } = Assembly.GetExecutingAssembly()
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The sidecar beside this process, which is ready; null for none.</summary>
    public Sidecar? Sidecar { get; }

    /// <summary>A setting; null if it was not given.</summary>
    public string? this[string name] => _given[name] is { Length: > 0 } text ? text : null;

    /// <summary>A variable that may hold a secret, or refer to one; null if it is not set or empty.</summary>
    public string? Secret(string variable) =>
        _secrets.TryGetValue(variable, out var secret) ? secret
        : Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? text
        : null;

    /// <summary>Reads what the host was told.</summary>
    /// <param name="host">Its name.</param>
    /// <param name="about">What it does, for the help.</param>
    /// <param name="options">What it may be told.</param>
    /// <param name="secrets">Variables of its environment that may refer to secrets of the sidecar.</param>
    /// <param name="args">Its arguments.</param>
    /// <param name="run">Runs it; a <see cref="FormatException"/> says which value is wrong.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string host,
        string about,
        IReadOnlyList<HostOption> options,
        IReadOnlyList<string> secrets,
        string[] args,
        Func<HostSettings, Task<int>> run)
    {
        if (args is ["--help" or "-h" or "-?"])
            return Say(Help(host, about, options));
        if (args is ["--version"])
            return Say($"tunegraph {host} {Version}");
        try
        {
            var arguments = Arguments(host, options, args);
            var sidecar = Sidecar.From(Environment.GetEnvironmentVariable);
            if (sidecar is not null)
                await SidecarHealth.WaitAsync(sidecar, TimeProvider.System, CancellationToken.None);
            var builder = new ConfigurationBuilder();
            builder.AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true);
            builder.AddInMemoryCollection(await ComponentsAsync(host, sidecar));
            builder.AddEnvironmentVariables("TUNEGRAPH__");
            builder.AddInMemoryCollection(arguments);
            var given = builder.Build().GetSection(host);
            foreach (var key in given.GetChildren().Select(child => child.Key))
            {
                if (!options.Any(option => option.Name.Equals(key, StringComparison.OrdinalIgnoreCase)))
                    throw new FormatException($"unknown setting '{key}' of {host}. {Allowed(options)}");
            }

            var known = await SidecarStores.SecretsAsync(sidecar, secrets, Environment.GetEnvironmentVariable);
            return await run(new HostSettings(given, known, sidecar));
        }
        catch (TimeoutException e)
        {
            await Console.Error.WriteLineAsync($"{host}: {e.Message}");
            return Failed;
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync($"{host}: {e.Message}");
            return Usage;
        }
    }

    /// <summary>A whole number.</summary>
    /// <exception cref="FormatException">It is none, or too small.</exception>
    public int? Whole(string name, int least)
    {
        if (this[name] is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new FormatException($"--{name} is '{text}'; give a whole number from {least}.");
    }

    /// <summary>A number of seconds.</summary>
    /// <exception cref="FormatException">It is none, or too small.</exception>
    public TimeSpan? Seconds(string name, double least)
    {
        if (this[name] is not { } text)
            return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds >= least && seconds < 1e6
                ? TimeSpan.FromSeconds(seconds)
                : throw new FormatException(
                    FormattableString.Invariant($"--{name} is '{text}'; give a number of seconds from {least}."));
    }

    /// <summary>An address to listen on.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Uri Address(string url, int port)
    {
        // The server would take a host name that it does not know for "every address of this machine".
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address)
            || address.Scheme != Uri.UriSchemeHttp
            || !(address.IsLoopback || address.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6))
            throw new FormatException(
                $"--urls is '{url}'; give one http URL of an IP address or localhost, such as "
                    + $"http://127.0.0.1:{port}.");
        return address;
    }

    private static async Task<IEnumerable<KeyValuePair<string, string?>>> ComponentsAsync(string host, Sidecar? sidecar)
    {
        if (await SidecarStores.SettingsAsync(sidecar, Environment.GetEnvironmentVariable) is not { } json)
            return [];
        using var stream = new MemoryStream(json);
        return [.. new ConfigurationBuilder().AddJsonStream(stream).Build().AsEnumerable()
            .Select(item => KeyValuePair.Create($"{host}:{item.Key}", item.Value))];
    }

    private static Dictionary<string, string?> Arguments(string host, IReadOnlyList<HostOption> options, string[] args)
    {
        var given = new Dictionary<string, string?>();
        for (var i = 0; i < args.Length; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var left, var right] ? (left, right) : (args[i], null);
            var option = options.FirstOrDefault(option => name == "--" + option.Name)
                ?? throw new FormatException($"unknown argument '{args[i]}'. {Allowed(options)}");
            if (value is null && ++i >= args.Length)
                throw new FormatException($"{name} needs a value: {name} {option.Form}.");
            given[$"{host}:{option.Name}"] = value ?? args[i];
        }

        return given;
    }

    private static string Allowed(IReadOnlyList<HostOption> options) =>
        $"Allowed are: {string.Join(", ", options.Select(option => $"--{option.Name} {option.Form}"))}, --version, "
        + "--help.";

    private static string Help(string host, string about, IReadOnlyList<HostOption> options)
    {
        var width = options.Max(option => option.Name.Length + option.Form.Length);
        var lines = options.Select(option =>
            $"  --{option.Name} {option.Form}{new string(' ', width - option.Name.Length - option.Form.Length)}  "
            + option.Text);
        return $"""
            tunegraph {host} {Version}: {about}

            Settings (each also as TUNEGRAPH__{host.ToUpperInvariant()}__NAME, or in appsettings.json):
            {string.Join("\n", lines)}
              --version, --help
            """;
    }

    private static int Say(string text)
    {
        Console.Out.WriteLine(text);
        return Success;
    }
}
