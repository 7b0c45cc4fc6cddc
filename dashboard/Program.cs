using TuneGraph.Hosting;

return await new HealthHost(
    "dashboard",
    port: 5812,
    scope: "this build answers health checks only; it has no pages yet."
    + " To look at a study: tunegraph status runs/<name>").RunAsync(args);
