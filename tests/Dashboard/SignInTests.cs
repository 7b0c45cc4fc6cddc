using System.Net;
using System.Text.RegularExpressions;
using TuneGraph.Dashboard;

namespace TuneGraph.Tests.Dashboard;

/// <summary>Who gets in by an OpenID Connect provider, and what they may do then.</summary>
public sealed partial class SignInTests : IAsyncLifetime
{
    private const string Secret = "a secret of some length";

    private readonly SampleStudy _sample = new(trials: 3);
    private readonly HttpClient _browser = new(new SocketsHttpHandler { CookieContainer = new CookieContainer() });
    private OidcProvider? _provider;
    private DashboardServer? _server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private OidcProvider Provider => _provider!;

    public async ValueTask InitializeAsync()
    {
        _provider = await OidcProvider.StartAsync(Stop);
        _server = await DashboardServer.StartAsync(
            new DashboardOptions(_sample.Runs, new Uri("http://127.0.0.1:0"), Secret)
            {
                SignIn = new SignInOptions(Provider.Address, OidcProvider.ClientId)
                {
                    ClientSecret = OidcProvider.ClientSecret,
                },
                Control = new SweepControl(),
            },
            cancellationToken: Stop);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _server!.DisposeAsync();
        await Provider.DisposeAsync();
        _sample.Dispose();
    }

    [Fact]
    public async Task An_editor_comes_back_to_the_page_that_was_asked_for_and_may_steer()
    {
        Provider.Person = ("Ada", ["other", "tunegraph-editor"]);

        using var page = await _browser.GetAsync(At("/studies/sample?filter=value%20%3C%201"), Stop);
        var order = await OrderAsync(await page.Content.ReadAsStringAsync(Stop));

        Assert.Equal("/studies/sample?filter=value%20%3C%201", page.RequestMessage!.RequestUri!.PathAndQuery);
        Assert.NotEqual(HttpStatusCode.Forbidden, order);
        Assert.Contains("Signed in as Ada, who may steer", await TextAsync("/system"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_sees_everything_and_can_change_nothing()
    {
        Provider.Person = ("Bo", ["tunegraph-reader"]);

        var page = await TextAsync("/studies/sample");

        Assert.Contains("Bo is signed in as a reader", page, StringComparison.Ordinal);
        Assert.Contains("\"number\"", await TextAsync("/data/sample/columns"), StringComparison.Ordinal);
        string[] changing = ["/studies/sample/orders/stop", "/studies/sample/notes", "/submit", "/workers/drain"];
        foreach (var path in changing)
        {
            using var form = new FormUrlEncodedContent([]);
            using var answer = await _browser.PostAsync(At(path), form, Stop);
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, answer.StatusCode));
        }
    }

    [Fact]
    public async Task Who_has_no_role_is_told_so()
    {
        Provider.Person = ("Cy", ["somebody-elses-role"]);

        using var answer = await _browser.GetAsync(At("/"), Stop);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("Cy is signed in, and is neither", await answer.Content.ReadAsStringAsync(Stop),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_the_provider_did_not_sign_lets_nobody_in()
    {
        Provider.Person = ("Eve", ["tunegraph-editor"]);
        Provider.SignsFalsely = true;

        using var answer = await _browser.GetAsync(At("/"), Stop);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("You were not signed in", await answer.Content.ReadAsStringAsync(Stop),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_are_not_sent_elsewhere_and_the_pages_own_token_still_opens_it()
    {
        using var asked = await _browser.GetAsync(At("/data/sample/columns"), Stop);
        using var with = new HttpRequestMessage(HttpMethod.Get, At("/data/sample/columns"));
        with.Headers.Authorization = new("Bearer", Secret);
        using var given = await _browser.SendAsync(with, Stop);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (asked.StatusCode, given.StatusCode));
    }

    [Fact]
    public async Task Who_signs_out_must_sign_in_again()
    {
        Provider.Person = ("Ada", ["tunegraph-editor"]);
        using var form = new FormUrlEncodedContent([.. Fields(await TextAsync("/system"))]);

        using var left = await _browser.PostAsync(At("/sign-out"), form, Stop);
        using var after = await _browser.GetAsync(At("/data/sample/columns"), Stop);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (left.StatusCode, after.StatusCode));
    }

    [Theory]
    [InlineData("http://provider.example", "page", "an https URL")]
    [InlineData("https://provider.example", "", "TUNEGRAPH_OIDC_CLIENT_ID")]
    public void A_provider_that_cannot_be_trusted_or_used_is_refused(string authority, string client, string why)
    {
        var variables = new Dictionary<string, string>
        {
            ["TUNEGRAPH_OIDC_AUTHORITY"] = authority,
            ["TUNEGRAPH_OIDC_CLIENT_ID"] = client,
        };

        var options = SignInOptions.Read(variables.GetValueOrDefault)!;

        Assert.Contains(why, new DashboardOptions("runs", DashboardOptions.DefaultAddress) { SignIn = options }.Fault!,
            StringComparison.Ordinal);
        Assert.Null(SignInOptions.Read(_ => null));
    }

    private Uri At(string path) => new(_server!.Address, path);

    private Task<string> TextAsync(string path) => _browser.GetStringAsync(At(path), Stop);

    private async Task<HttpStatusCode> OrderAsync(string page)
    {
        using var form = new FormUrlEncodedContent([.. Fields(page)]);
        using var answer = await _browser.PostAsync(At("/studies/sample/orders/stop"), form, Stop);
        return answer.StatusCode;
    }

    private static IEnumerable<KeyValuePair<string, string>> Fields(string page) =>
        [new("__RequestVerificationToken", Token().Match(page).Groups[1].Value)];

    [GeneratedRegex("""name="__RequestVerificationToken" value="([^"]+)""")]
    private static partial Regex Token();
}
