using TuneGraph.Hosting;
using TuneGraph.Scheduler;

return await HostSettings.RunAsync(
    "scheduler",
    "owns studies and hands their trials to workers.",
    SchedulerOptions.All,
    SchedulerOptions.Secrets,
    args,
    settings => SchedulerHost.RunAsync(SchedulerOptions.From(settings, port: 5810)));
