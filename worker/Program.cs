using TuneGraph.Hosting;
using TuneGraph.Worker;

// The process that runs a trial's ranks is the same program: a fault in a trial never takes the worker down.
return args is [RankProcess.Verb] ? RankProcess.Run()
    : args is [OwnDevices.Verb] ? OwnDevices.Tell()
    : await HostSettings.RunAsync(
        "worker",
        "trains trials for a scheduler.",
        WorkerOptions.All,
        WorkerOptions.Secrets,
        args,
        settings => WorkerHost.RunAsync(WorkerOptions.From(settings, port: 5811)));
