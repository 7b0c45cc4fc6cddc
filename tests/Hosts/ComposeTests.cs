using TuneGraph.Tests.Repository;
using YamlDotNet.RepresentationModel;

namespace TuneGraph.Tests.Hosts;

/// <summary>The deployment file says of the hosts what the hosts say of themselves.</summary>
public sealed class ComposeTests
{
    private static YamlMappingNode Services
    {
        get
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(Checkout.File("compose.yaml").Text));
            return (YamlMappingNode)yaml.Documents.Single().RootNode["services"];
        }
    }

    public static TheoryData<string, string> Ports => new()
    {
        { "scheduler", "5810" },
        { "worker", "5811" },
        { "dashboard", "5812" },
    };

    [Fact]
    public void It_starts_the_three_hosts_and_nothing_else() => Assert.Equal(
        ["dashboard", "scheduler", "worker"], Services.Children.Keys.Select(key => key.ToString()).Order());

    [Theory]
    [MemberData(nameof(Ports))]
    public void A_service_runs_the_image_of_its_host_on_its_port_and_asks_for_its_health(string host, string port)
    {
        var service = Services[host];
        var (file, says) = host == "dashboard"
            ? ("DashboardOptions.cs", $":{port}\"")
            : ("Program.cs", $"port: {port}");
        Assert.Contains(says, Checkout.File($"{host}/{file}").Text, StringComparison.Ordinal);
        Assert.Contains(
            $"<ContainerRepository>{service["image"]}</ContainerRepository>",
            Checkout.WithEnding(".csproj").Single(file => file.Folder == host).Text,
            StringComparison.Ordinal);
        var command = ((YamlSequenceNode)service["command"]).Select(word => word.ToString());
        Assert.Equal(["--urls", $"http://0.0.0.0:{port}"], command.Take(2));
        Assert.Equal($"127.0.0.1:{port}:{port}", ((YamlSequenceNode)service["ports"]).Single().ToString());
        var check = service["healthcheck"]["test"].ToString()!;
        Assert.Contains("/healthz", check, StringComparison.Ordinal);
        Assert.Contains($"/{port}", check, StringComparison.Ordinal);
    }
}
