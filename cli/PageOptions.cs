using TuneGraph.Dashboard;

namespace TuneGraph.Cli;

/// <summary>What a page is told by the environment: its tokens.</summary>
internal static class PageOptions
{
    public static DashboardOptions FromEnvironment(string place, Uri address) =>
        new(place, address, Secret(DashboardOptions.TokenVariable))
        {
            ReaderToken = Secret(DashboardOptions.ReaderTokenVariable),
            SignIn = SignInOptions.Read(Environment.GetEnvironmentVariable),
        };

    private static string? Secret(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } secret ? secret : null;
}
