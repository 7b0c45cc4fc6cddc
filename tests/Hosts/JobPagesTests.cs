using System.Net;
using System.Net.Http.Headers;
using TuneGraph.Tests.Dashboard;

namespace TuneGraph.Tests.Hosts;

/// <summary>Hangfire's pages at the scheduler: who may see them, and who may press their buttons.</summary>
public sealed class JobPagesTests(Browser browser) : IClassFixture<Browser>
{
    private const int LimitMilliseconds = 240_000;
    private const string Token = "a secret for those who steer";
    private const string Readers = "a secret for those who look";

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Who_may_use_the_api_may_see_them()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = await StartAsync(stop);
        using var http = Client(cluster);

        using var stranger = await http.GetAsync("hangfire", stop);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        using var wrong = await http.GetAsync("hangfire?token=wrong", stop);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);

        using var named = await http.GetAsync($"hangfire?token={Uri.EscapeDataString(Token)}", stop);
        Assert.Equal((HttpStatusCode.Redirect, "/hangfire"), (named.StatusCode, named.Headers.Location!.ToString()));
        var cookie = Assert.Single(named.Headers.GetValues("Set-Cookie"));
        Assert.Contains("samesite=strict; httponly", cookie, StringComparison.Ordinal);

        // The cookie opens the pages and nothing else: what changes studies takes the header.
        http.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        using var page = await http.GetAsync("hangfire", stop);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("TuneGraph jobs", await page.Content.ReadAsStringAsync(stop), StringComparison.Ordinal);
        using var api = await http.GetAsync("api/v1/studies", stop);
        Assert.Equal(HttpStatusCode.Unauthorized, api.StatusCode);

        http.DefaultRequestHeaders.Remove("Cookie");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var byHeader = await http.GetAsync("hangfire/recurring", stop);
        Assert.Contains("delete artifacts", await byHeader.Content.ReadAsStringAsync(stop), StringComparison.Ordinal);
        var policy = Assert.Single(byHeader.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(byHeader.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Who_may_only_look_changes_nothing()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = await StartAsync(stop);
        using var http = Client(cluster);

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Readers);
        using var studies = await http.GetAsync("api/v1/studies", stop);
        Assert.Equal(HttpStatusCode.OK, studies.StatusCode);
        using var made = await http.PutAsync("api/v1/studies/line", new StringContent("{}"), stop);
        Assert.Equal(HttpStatusCode.Forbidden, made.StatusCode);
        Assert.Contains(
            "may look and change nothing", await made.Content.ReadAsStringAsync(stop), StringComparison.Ordinal);
        var page = await http.GetStringAsync("hangfire/recurring", stop);
        Assert.Contains("delete artifacts", page, StringComparison.Ordinal);
        Assert.DoesNotContain("recurring/trigger", page, StringComparison.Ordinal);
        using var refused = await http.PostAsync("hangfire/recurring/trigger", Jobs(), stop);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        Assert.Contains(
            "recurring/trigger", await http.GetStringAsync("hangfire/recurring", stop), StringComparison.Ordinal);
        using var done = await http.PostAsync("hangfire/recurring/trigger", Jobs(), stop);
        Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "hangfire/recurring/trigger") { Content = Jobs() };
        foreign.Headers.Add("Origin", "https://elsewhere.example");
        using var elsewhere = await http.SendAsync(foreign, stop);
        Assert.Equal(HttpStatusCode.Forbidden, elsewhere.StatusCode);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Without_a_token_they_are_for_this_machine_and_for_no_other_sites_pages()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        using var http = Client(cluster);

        using var page = await http.GetAsync("hangfire", stop);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        using var renamed = new HttpRequestMessage(HttpMethod.Get, "hangfire");
        renamed.Headers.Host = "elsewhere.example";
        using var misdirected = await http.SendAsync(renamed, stop);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, misdirected.StatusCode);
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "api/v1/studies/line/stop");
        foreign.Headers.Add("Origin", "https://elsewhere.example");
        using var refused = await http.SendAsync(foreign, stop);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_browser_shows_them_under_their_own_strict_rules()
    {
        var stop = TestContext.Current.CancellationToken;
        var page = await browser.NewPageAsync();
        await using var cluster = await StartAsync(stop);
        var said = new List<string>();
        page.Console += (_, message) => said.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => said.Add(error);

        await page.GotoAsync(new Uri(cluster.Address, $"hangfire?token={Uri.EscapeDataString(Token)}").ToString());
        await Microsoft.Playwright.Assertions.Expect(page.Locator("#realtimeGraph canvas, canvas#realtimeGraph"))
            .ToBeVisibleAsync();
        await page.GotoAsync(new Uri(cluster.Address, "hangfire/servers").ToString());
        await Microsoft.Playwright.Assertions.Expect(page.GetByText("upkeep").First).ToBeVisibleAsync();

        Assert.Empty(said);
        await page.CloseAsync();
    }

    private static async Task<ClusterProcesses> StartAsync(CancellationToken cancellationToken)
    {
        var cluster = new ClusterProcesses { Token = Token };
        cluster.Variables["TUNEGRAPH_READ_TOKEN"] = Readers;
        await cluster.StartSchedulerAsync(cancellationToken);
        return cluster;
    }

    private static HttpClient Client(ClusterProcesses cluster) =>
        new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = cluster.Address };

    private static FormUrlEncodedContent Jobs() => new([KeyValuePair.Create("jobs[]", "artifacts")]);
}
