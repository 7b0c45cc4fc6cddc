using TuneGraph.Hosting;

return await new HealthHost(
    "scheduler",
    port: 5810,
    scope: "this build answers health checks only; it takes no studies and owns no workers yet."
    + " To run a sweep on this machine: tunegraph run sweep.yaml").RunAsync(args);
