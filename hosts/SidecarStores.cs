using System.Text.Json;
using Dapr;
using Grpc.Core;

namespace TuneGraph.Hosting;

/// <summary>
/// What a host reads of its sidecar at start: secrets, where a variable says <c>secret://STORE/NAME[/KEY]</c> instead
/// of the secret, and settings, where <c>TUNEGRAPH_CONFIGURATION</c> names <c>STORE/KEY</c>. Without such words it asks
/// for nothing.
/// </summary>
internal static class SidecarStores
{
    /// <summary>The variable that names the settings' component and key.</summary>
    public const string SettingsVariable = "TUNEGRAPH_CONFIGURATION";

    private const string Reference = "secret://";

    /// <summary>The secrets that variables refer to, by the variables' names.</summary>
    /// <param name="sidecar">The sidecar; null where there is none.</param>
    /// <param name="names">Variables that may hold secrets.</param>
    /// <param name="variable">Looks a variable up.</param>
    /// <exception cref="FormatException">A reference is wrong, or leads to nothing.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> SecretsAsync(
        Sidecar? sidecar, IEnumerable<string> names, Func<string, string?> variable)
    {
        var secrets = new Dictionary<string, string>();
        foreach (var name in names)
        {
            if (variable(name) is { } text && text.StartsWith(Reference, StringComparison.Ordinal))
                secrets[name] = await SecretAsync(Beside(sidecar, name, text), name, text);
        }

        return secrets;
    }

    /// <summary>The settings that a variable refers to, as JSON; null where it refers to none.</summary>
    /// <inheritdoc cref="SecretsAsync" path="/exception"/>
    public static async Task<byte[]?> SettingsAsync(Sidecar? sidecar, Func<string, string?> variable)
    {
        if (variable(SettingsVariable) is not { Length: > 0 } text)
            return null;
        var there = Beside(sidecar, SettingsVariable, text);
        if (text.Split('/', 2) is not [{ Length: > 0 } store, { Length: > 0 } key])
            throw new FormatException(
                $"{SettingsVariable} is '{text}'; give a configuration component and a key in it, "
                    + "tunegraph-settings/tunegraph.scheduler for instance.");
        var what = $"the key '{key}' of the configuration component '{store}', as {SettingsVariable} says,";
        using var client = there.Client();
        var items = await AskAsync(there, what, async () => (await client.GetConfiguration(store, [key])).Items);
        if (!items.TryGetValue(key, out var item) || string.IsNullOrEmpty(item.Value))
            throw Missing(there, what, "there is no such key, or it is empty");
        try
        {
            using var json = JsonDocument.Parse(item.Value);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return System.Text.Encoding.UTF8.GetBytes(item.Value);
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw new FormatException($$"""
            {{what}} is no JSON object; give settings as appsettings.json does below the host's name, {"lease": 30}.
            """);
    }

    private static async Task<string> SecretAsync(Sidecar sidecar, string variable, string text)
    {
        if (text[Reference.Length..].Split('/') is not [{ Length: > 0 } store, { Length: > 0 } name, .. var rest]
            || rest is not ([] or [{ Length: > 0 }]))
            throw new FormatException(
                $"{variable} is '{text}'; name a secret store, a secret and, where it has several, its key: "
                    + $"{Reference}secrets/tunegraph/token.");
        var key = rest is [var said] ? said : name;
        var what = $"the key '{key}' of the secret '{name}' in the secret store '{store}', as {variable} says,";
        using var client = sidecar.Client();
        var found = await AskAsync(sidecar, what, () => client.GetSecretAsync(store, name));
        return found.TryGetValue(key, out var secret) && secret.Length > 0
            ? secret
            : throw Missing(sidecar, what, "there is no such key, or it is empty");
    }

    private static Sidecar Beside(Sidecar? sidecar, string variable, string text) => sidecar
        ?? throw new FormatException(
            $"{variable} is '{text}', which a Dapr sidecar would have to tell, and there is none: set "
                + "DAPR_HTTP_ENDPOINT and DAPR_GRPC_ENDPOINT to its addresses, or give the value itself.");

    private static async Task<T> AskAsync<T>(Sidecar sidecar, string what, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is DaprException or RpcException)
        {
            // The sidecar's words name stores and keys, never values.
            var why = (e as RpcException ?? e.GetBaseException() as RpcException)?.Status.Detail ?? e.Message;
            throw Missing(sidecar, what, why);
        }
    }

    private static FormatException Missing(Sidecar sidecar, string what, string why) => new(
        $"{what} cannot be read by the sidecar at {sidecar.Grpc} ({why}). It has to be there, the component's file in "
            + "the folder of the sidecar's --resources-path with this application under 'scopes', and DAPR_API_TOKEN "
            + "the one that the sidecar was started with.");
}
