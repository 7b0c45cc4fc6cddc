using System.Net;
using System.Text.RegularExpressions;
using TuneGraph.Dashboard;
using TuneGraph.Tests.Cli;

namespace TuneGraph.Tests.Dashboard;

/// <summary>Notes and tags: from the page, from the shell, and in filters.</summary>
public sealed partial class NoteTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private static readonly Uri _anyPort = new("http://127.0.0.1:0");

    private readonly SampleStudy _sample = new(trials: 20);
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _sample.Dispose();
    }

    [Fact]
    public async Task A_note_of_the_page_is_kept_shown_and_found_by_a_filter()
    {
        await using var server = await StartAsync();
        var page = await browser.NewPageAsync();
        await page.GotoAsync(new Uri(server.Address, "/studies/sample/trials/4").ToString());
        await page.ClickAsync("#noting summary");

        await page.FillAsync("#note", "odd <b>ends</b>");
        await page.FillAsync("input[name=tags]", "keep paper");
        Assert.EndsWith(
            "--trial 4 --note 'odd <b>ends</b>' --tag keep --tag paper",
            await page.Locator("#noting .command").TextContentAsync(), StringComparison.Ordinal);
        await page.ClickAsync("#noting button");

        await page.Locator("#told").WaitForAsync();
        Assert.Equal("odd <b>ends</b>", await page.Locator(".note-text").TextContentAsync());
        Assert.Equal(["keep", "paper"], _sample.Store.Load("sample")!.Remarks.Single().Tags);
        const string Found = "/studies/sample/trials?filter=tag%20%3D%3D%20Keep%20and%20note%20~%20ODD";
        await page.GotoAsync(new Uri(server.Address, Found).ToString());
        await page.Locator("#study[data-ready=true]").WaitForAsync();
        Assert.Equal("1 of 20 trials", await page.Locator("#matched").TextContentAsync());
        await page.FillAsync("#filter", "tag != keep");
        await Microsoft.Playwright.Assertions.Expect(page.Locator("#matched")).ToHaveTextAsync("19 of 20 trials");
    }

    [Fact]
    public async Task A_note_that_is_too_long_or_of_no_trial_is_refused_with_the_reason()
    {
        await using var server = await StartAsync();

        Assert.Contains("at most 10000 are kept", await TellAsync(server, ("note", new string('x', 10_001))),
            StringComparison.Ordinal);
        Assert.Contains("There is no trial 20", await TellAsync(server, ("trial", "20"), ("note", "x")),
            StringComparison.Ordinal);
        Assert.Empty(_sample.Store.Load("sample")!.Remarks);
    }

    [Fact]
    public async Task A_page_that_is_read_only_takes_no_notes()
    {
        await using var server = await StartAsync(isReadOnly: true);
        using var bare = new FormUrlEncodedContent([new("note", "x")]);

        using var answer = await _http.PostAsync(new Uri(server.Address, "/studies/sample/notes"), bare, Stop);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain("id=\"noting\"",
            await _http.GetStringAsync(new Uri(server.Address, "/studies/sample"), Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_beside_the_button_keeps_the_same_and_a_bad_tag_is_explained()
    {
        var kept = await Invocation.OfAsync(
            "note", _sample.Folder, "--trial", "3", "--note", "from the shell", "--tag", "keep");
        var refused = await Invocation.OfAsync("note", _sample.Folder, "--tag", "two words");

        Assert.Equal((0, 2), (kept.ExitCode, refused.ExitCode));
        Assert.Equal(3, Assert.Single(_sample.Store.Load("sample")!.Remarks).Trial);
        Assert.Contains("'two words' is no tag", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_note_reaches_whoever_looks_without_any_event()
    {
        await using var server = await StartAsync();
        var revision = _sample.Store.Load("sample")!.Log.Length;
        await using var stream = await _http.GetStreamAsync(
            new Uri(server.Address, $"/data/sample/live?after={revision}"), Stop);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(Stop) is not ['d', 'a', 't', 'a', ..])
            continue;

        _sample.Store.Annotate("sample", new Remark(2, "seen", []));

        string? line;
        do
            line = await reader.ReadLineAsync(Stop);
        while (line is not ['d', 'a', 't', 'a', ..]);
        Assert.Contains("\"notes\":[{\"trial\":2,\"note\":\"seen\",\"tags\":[]}]", line, StringComparison.Ordinal);
    }

    private Task<DashboardServer> StartAsync(bool isReadOnly = false) =>
        DashboardServer.StartAsync(
            new DashboardOptions(_sample.Runs, _anyPort) { IsReadOnly = isReadOnly }, cancellationToken: Stop);

    private async Task<string> TellAsync(DashboardServer server, params (string Name, string Value)[] fields)
    {
        var page = await _http.GetStringAsync(new Uri(server.Address, "/studies/sample"), Stop);
        using var form = new FormUrlEncodedContent(
        [
            new("__RequestVerificationToken", Token().Match(page).Groups[1].Value),
            .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)),
        ]);
        using var answer = await _http.PostAsync(new Uri(server.Address, "/studies/sample/notes"), form, Stop);
        return WebUtility.HtmlDecode(
            await _http.GetStringAsync(new Uri(server.Address, answer.Headers.Location!), Stop));
    }

    [GeneratedRegex("""name="__RequestVerificationToken" value="([^"]+)""")]
    private static partial Regex Token();
}
