using System.Reflection;

var builder = WebApplication.CreateSlimBuilder(args);
var app = builder.Build();

var version = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
app.MapGet("/healthz", () => Results.Text("healthy\n"));
app.MapGet("/version", () => Results.Text($"tunegraph worker {version}\n"));

await app.RunAsync();
