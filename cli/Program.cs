using TuneGraph.Cli;

return await CommandLine.InvokeAsync(args, Terminal.OfThisProcess());
