using Microsoft.Playwright;
using TuneGraph.Dashboard;
using TuneGraph.Tests.Hosts;

namespace TuneGraph.Tests.Dashboard;

/// <summary>A sweep is written, checked and submitted on the page of a scheduler.</summary>
public sealed class SubmitPageTests(Browser browser) : IClassFixture<Browser>
{
    [Fact(Timeout = 240_000)]
    public async Task Mistakes_are_told_with_their_lines_and_what_has_none_is_planned_and_submitted()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        await using var server = await DashboardServer.StartAsync(
            new DashboardOptions(cluster.PathOf("data/studies"), new Uri("http://127.0.0.1:0"))
            {
                Waits = true,
                Schedulers = [cluster.Address],
            },
            cancellationToken: stop);
        var sweep = await File.ReadAllTextAsync(FleetSweep.Write(cluster.PathOf("wine.yaml"), trials: 4), stop);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(new Uri(server.Address, "/submit").ToString());

        await page.FillAsync("#text", sweep.Replace("budget: {trials:", "budget: {trails:", StringComparison.Ordinal));
        await page.ClickAsync("button[value=check]");
        await Assertions.Expect(page.Locator("#errors")).ToContainTextAsync("did you mean 'trials'");
        await Assertions.Expect(page.Locator("#errors")).ToContainTextAsync("budget: {trails: 4}");
        Assert.Empty(await cluster.Client.StudiesAsync(stop));

        await page.FillAsync("#text", sweep);
        await page.ClickAsync("button[value=check]");
        await Assertions.Expect(page.Locator("#plan")).ToContainTextAsync("40 a trial, 160 in all");
        Assert.Empty(await cluster.Client.StudiesAsync(stop));

        await page.ClickAsync("button[value=submit]");
        await Assertions.Expect(page).ToHaveURLAsync(new Uri(server.Address, "/studies/wine").ToString());
        await cluster.UntilAsync(
            async () => (await cluster.Client.StudiesAsync(stop)) is [{ Name: "wine", Budget: 4 }], stop);
        cluster.StartWorker("w1", 2);
        await cluster.UntilAsync(async () => (await cluster.Client.WorkersAsync(stop)).Length == 1, stop);
        await page.GotoAsync(new Uri(server.Address, "/system").ToString());
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("1 study and 1 worker");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("w1");
        await page.CloseAsync();
    }
}
