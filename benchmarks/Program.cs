using TuneGraph.Benchmarks;

if (args is ["training", ..])
    return TrainingThroughput.Run(args[1..]);
Console.Error.WriteLine("Which benchmark? Known: training");
return 2;
