using System.ComponentModel;
using System.Diagnostics;

namespace TuneGraph.Tests.Collectives;

/// <summary>Two network namespaces with a cable between them, each end of which is called tg0.</summary>
internal sealed class TwoNetworks : IDisposable
{
    private readonly string _prefix = $"tg{Environment.ProcessId}";

    internal static TwoNetworks? TryMake()
    {
        if (!OperatingSystem.IsLinux()) return null;
        var networks = new TwoNetworks();
        var (one, other) = (networks.Name(0), networks.Name(1));
        var made = Ip($"netns add {one}") && Ip($"netns add {other}")
            && Ip($"-n {one} link add tg0 type veth peer name tg0 netns {other}")
            && Ip($"-n {one} addr add {Address(0)}/24 dev tg0")
            && Ip($"-n {other} addr add {Address(1)}/24 dev tg0")
            && Ip($"-n {one} link set tg0 up") && Ip($"-n {other} link set tg0 up");
        if (made) return networks;
        networks.Dispose();
        return null;
    }

    internal string Name(int rank) => $"{_prefix}-{rank}";

    internal static string Address(int rank) => $"10.77.0.{1 + rank}";

    public void Dispose()
    {
        Ip($"netns del {Name(0)}");
        Ip($"netns del {Name(1)}");
    }

    private static bool Ip(string arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
