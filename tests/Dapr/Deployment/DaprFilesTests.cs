using System.Text.RegularExpressions;
using TuneGraph.Tests.Repository;
using YamlDotNet.RepresentationModel;
using Yaml = YamlDotNet.RepresentationModel.YamlNode;

namespace TuneGraph.Tests.Dapr;

/// <summary>
/// The files of a deployment beside sidecars keep to the schemas of dapr 1.18.3 and components-contrib c23900d2, and to
/// each other.
/// </summary>
public sealed partial class DaprFilesTests
{
    private static readonly string[] _apps = ["tunegraph-scheduler", "worker-1", "worker-2"];

    public static TheoryData<string, string, string, string[]> Components => new()
    {
        {
            "gradbus", "pubsub.redis", "v1",
            ["redisHost", "redisPassword", "consumerID", "concurrency", "queueDepth", "processingTimeout",
                "redeliverInterval", "streamTTL"]
        },
        { "tunegraph-events", "pubsub.redis", "v1", ["redisHost", "redisPassword", "consumerID", "streamTTL"] },
        {
            "actors", "state.postgresql", "v2",
            ["connectionString", "tablePrefix", "metadataTableName", "actorStateStore"]
        },
        { "tunegraph-settings", "configuration.redis", "v1", ["redisHost", "redisPassword"] },
        { "secrets", "secretstores.local.env", "v1", [] },
    };

    [Theory]
    [MemberData(nameof(Components))]
    public void A_component_has_the_type_version_and_settings_that_exist(
        string name, string type, string version, string[] settings)
    {
        var file = Read($"dapr/components/{name}.yaml");
        Assert.Equal(("dapr.io/v1alpha1", "Component"), (Text(file["apiVersion"]), Text(file["kind"])));
        Assert.Equal(name, Text(file["metadata"]["name"]));
        Assert.Equal((type, version), (Text(file["spec"]["type"]), Text(file["spec"]["version"])));
        Assert.Equal(settings, Each(file["spec"]["metadata"]).Select(item => Text(item["name"])));
        Assert.All(Each(file["scopes"]), app => Assert.Contains(Text(app), _apps));
    }

    [Theory]
    [MemberData(nameof(Components))]
    public void What_is_secret_comes_from_the_secret_store(string name, string type, string version, string[] settings)
    {
        var (file, kept) = (Read($"dapr/components/{name}.yaml"), 0);
        foreach (var item in Each(file["spec"]["metadata"]))
        {
            if (Text(item["name"]) is "redisPassword" or "connectionString")
            {
                Assert.Equal(Text(item["secretKeyRef"]["name"]), Text(item["secretKeyRef"]["key"]));
                Assert.Equal("secrets", Text(file["auth"]["secretStore"]));
                kept++;
            }
        }

        Assert.Equal(settings.Length == 0 ? 0 : 1, kept);
        Assert.NotEmpty(type + version);
    }

    [Fact]
    public void Every_file_of_the_folder_is_checked()
    {
        var names = Components.Select(row => row.Data.Item1).Append("resiliency");
        Assert.Equal(
            names.Select(name => $"dapr/components/{name}.yaml").Order(),
            Checkout.WithEnding(".yaml").Select(file => file.Path)
                .Where(path => path.StartsWith("dapr/components/", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void Policies_name_components_and_applications_that_are_there_and_cut_no_actor_off()
    {
        var spec = Read("dapr/components/resiliency.yaml")["spec"];
        Assert.Equal(["components", "apps"], Keys(spec["targets"]));
        Assert.Equal(["tunegraph-events"], Keys(spec["targets"]["components"]));
        Assert.Equal(["tunegraph-scheduler"], Keys(spec["targets"]["apps"]));
        var policies = Keys(spec["policies"]["retries"]);
        var targets = spec["targets"]["components"]["tunegraph-events"];
        foreach (var used in new[]
        {
            targets["inbound"]["retry"], targets["outbound"]["retry"],
            spec["targets"]["apps"]["tunegraph-scheduler"]["retry"],
        })
            Assert.Contains(Text(used), policies);
    }

    [Fact]
    public void Every_application_has_a_sidecar_that_agrees_with_it()
    {
        var services = Read("dapr/compose.yaml")["services"];
        foreach (var app in _apps)
        {
            var service = app == "tunegraph-scheduler" ? "scheduler" : app;
            var (host, sidecar) = (services[service], services[$"{service}-dapr"]);
            Assert.Equal(app, After(sidecar["command"], "--app-id"));
            Assert.Equal($"http://{service}-dapr:3500", Text(host["environment"]["DAPR_HTTP_ENDPOINT"]));
            Assert.Equal($"http://{service}-dapr:50001", Text(host["environment"]["DAPR_GRPC_ENDPOINT"]));
            Assert.Equal(["CMD", "/daprd", "--wait"], Each(sidecar["healthcheck"]["test"]).Select(Text));
            Assert.Equal("16Mi", After(sidecar["command"], "--max-body-size"));
        }

        // What a host refers to, the environment of its sidecar holds.
        var told = ((YamlMappingNode)services).Where(one => Keys(one.Value).Contains("environment"));
        foreach (var (name, service) in told)
        {
            const string Reference = "secret://secrets/";
            Assert.All(
                Variables(service["environment"])
                    .Where(one => one.Value.StartsWith(Reference, StringComparison.Ordinal)),
                one => Assert.Contains(
                    one.Value[Reference.Length..],
                    Variables(services[$"{Text(name)}-dapr"]["environment"]).Select(kept => kept.Name)));
        }

        var scheduler = services["scheduler-dapr"]["command"];
        Assert.Equal("5810", After(scheduler, "--app-port"));
        Assert.Equal("scheduler", After(scheduler, "--app-channel-address"));
        Assert.Equal("placement:50005", After(scheduler, "--placement-host-address"));
        Assert.Equal("50005", After(services["placement"]["command"], "--port"));
        Assert.Equal("dapr-scheduler:50006", After(scheduler, "--scheduler-host-address"));
        Assert.Equal("50006", After(services["dapr-scheduler"]["command"], "--port"));
        Assert.Equal("http://0.0.0.0:5810", After(services["scheduler"]["command"], "--urls"));
        Assert.Equal("dapr://tunegraph-scheduler", After(services["worker-1"]["command"], "--scheduler"));
    }

    [Fact]
    public void Images_are_pinned_and_no_secret_stands_in_a_file()
    {
        foreach (var (name, service) in (YamlMappingNode)Read("dapr/compose.yaml")["services"])
        {
            if (((YamlMappingNode)service).Children.TryGetValue("image", out var image))
                Assert.Matches(Pinned(), Text(image));
            else
                Assert.Contains(Text(service["build"]["target"]), Stages());
            Assert.NotEmpty(Text(name));
        }

        foreach (var file in Checkout.WithEnding(".yaml").Where(file => file.Folder == "dapr"))
            Assert.All(
                Secret().Matches(file.Text), match => Assert.Matches(@"^(""\$\{|secret://)", match.Groups[1].Value));
    }

    [Fact]
    public void Containers_run_as_nobody_in_images_without_a_shell()
    {
        var text = Checkout.File("dapr/Dockerfile").Text;
        Assert.Contains("-chiseled AS runtime\nUSER 1654", text, StringComparison.Ordinal);
        Assert.Equal(["build", "runtime", "scheduler", "worker", "dashboard"], Stages());
        Assert.All(
            text.Split('\n').Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)),
            line => Assert.Matches(@"^FROM (mcr\.microsoft\.com/dotnet/\S+:10\.0-noble\S*|runtime) AS \w+$", line));
    }

    [Fact]
    public void Without_containers_the_applications_are_the_same()
    {
        var apps = Each(Read("dapr/dapr.yaml")["apps"]).ToList();
        Assert.Equal(_apps, apps.Select(app => Text(app["appID"])));
        Assert.Equal(apps.Count, apps.Select(app => Text(app["daprGRPCPort"])).Distinct().Count());
        Assert.All(apps, app => Assert.EndsWith(".dll", Text(app["command"][1]), StringComparison.Ordinal));
    }

    [Fact]
    public void In_Kubernetes_pods_are_annotated_with_known_words_and_read_tokens_from_secrets()
    {
        string[] known =
        [
            "enabled", "app-id", "app-port", "config", "max-body-size", "enable-app-health-check", "api-token-secret",
            "app-token-secret",
        ];
        foreach (var pod in Pods())
        {
            var template = pod["spec"]["template"];
            Assert.All(Keys(Annotations(pod)), key => Assert.Contains(key, known.Select(word => $"dapr.io/{word}")));
            Assert.Equal("true", Text(template["spec"]["securityContext"]["runAsNonRoot"]));
            foreach (var container in Each(template["spec"]["containers"]))
            {
                Assert.Matches(Pinned(), Text(container["image"]));
                Assert.All(
                    Each(container["env"])
                        .Where(item => Text(item["name"]).EndsWith("TOKEN", StringComparison.Ordinal)),
                    item => Assert.Equal("token", Text(item["valueFrom"]["secretKeyRef"]["key"])));
            }
        }
    }

    [Fact]
    public void In_Kubernetes_components_are_those_of_containers_for_the_applications_there()
    {
        var apps = Pods().SelectMany(pod => ((YamlMappingNode)Annotations(pod)).Children)
            .Where(pair => Text(pair.Key) == "dapr.io/app-id").Select(pair => Text(pair.Value)).ToList();
        var made = Checkout.File("dapr/kubernetes/tunegraph.yaml").Text;
        foreach (var there in Documents("dapr/kubernetes/components.yaml"))
        {
            var (kind, name) = (Text(there["kind"]), Text(there["metadata"]["name"]));
            var here = Read(kind switch
            {
                "Component" => $"dapr/components/{name}.yaml",
                "Resiliency" => "dapr/components/resiliency.yaml",
                _ => "dapr/config.yaml",
            });
            Assert.Equal((kind, name), (Text(here["kind"]), Text(here["metadata"]["name"])));
            if (kind != "Component")
            {
                Assert.Equal(here["spec"], there["spec"]);
                continue;
            }

            Assert.Equal(
                (Text(here["spec"]["type"]), Text(here["spec"]["version"])),
                (Text(there["spec"]["type"]), Text(there["spec"]["version"])));
            Assert.Equal(
                Each(here["spec"]["metadata"]).Select(item => Text(item["name"])),
                Each(there["spec"]["metadata"]).Select(item => Text(item["name"])));
            Assert.All(Each(there["scopes"]), app => Assert.Contains(Text(app), apps));
            foreach (var item in Each(there["spec"]["metadata"]).Where(item => Keys(item).Contains("secretKeyRef")))
                Assert.Contains($"--from-literal={Text(item["secretKeyRef"]["key"])}=", made, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<Yaml> Pods() => Documents("dapr/kubernetes/tunegraph.yaml")
        .Where(one => Text(one["kind"]) is "Deployment" or "StatefulSet");

    // The dashboard has no sidecar.
    private static Yaml Annotations(Yaml pod) =>
        ((YamlMappingNode)pod["spec"]["template"]["metadata"]).Children.TryGetValue("annotations", out var annotations)
            ? annotations
            : new YamlMappingNode();

    private static Yaml Read(string path) => Documents(path).Single();

    private static IEnumerable<Yaml> Documents(string path)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Checkout.File(path).Text));
        return yaml.Documents.Select(document => document.RootNode);
    }

    private static string Text(Yaml node) => ((YamlScalarNode)node).Value!;

    private static IEnumerable<Yaml> Each(Yaml node) => (YamlSequenceNode)node;

    private static IEnumerable<string> Keys(Yaml node) => ((YamlMappingNode)node).Children.Keys.Select(Text);

    // YAML's own merge key, which the reader leaves as it is.
    private static IEnumerable<(string Name, string Value)> Variables(Yaml node) =>
        ((YamlMappingNode)node).Children.SelectMany(pair =>
            Text(pair.Key) == "<<" ? Variables(pair.Value) : [(Text(pair.Key), Text(pair.Value))]);

    private static string After(Yaml command, string option) =>
        Each(command).Select(Text).SkipWhile(word => word != option).Skip(1).First();

    private static IEnumerable<string> Stages() =>
        Stage().Matches(Checkout.File("dapr/Dockerfile").Text).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^[\w./-]+:\d+\.\d+(\.\d+)?$")]
    private static partial Regex Pinned();

    [GeneratedRegex(@"^FROM \S+ AS (\w+)$", RegexOptions.Multiline)]
    private static partial Regex Stage();

    [GeneratedRegex(@"(?:TOKEN|PASSWORD): (\S+)")]
    private static partial Regex Secret();
}
