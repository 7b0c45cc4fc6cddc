using TuneGraph.Hosting;

return await new HealthHost(
    "worker",
    port: 5811,
    scope: "this build answers health checks only; it joins no scheduler and trains nothing yet."
    + " To run a sweep on this machine: tunegraph run sweep.yaml").RunAsync(args);
