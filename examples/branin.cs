#!/usr/bin/env dotnet
#:project ../sweeps/TuneGraph.csproj

// Minimises Branin's function, whose least value is 0.397887. The objective is a C# lambda that asks for its parameters
// as it runs.
using TuneGraph;

var result = await Sweep.Named("branin")
    .Minimize("value")
    .Trials(150)
    .Parallel(4)
    .Seed(1)
    .RunAsync(trial => Branin(trial.Float("x", -5, 10), trial.Float("y", 0, 15)));

Console.WriteLine(result);
return result.Outcome == SweepOutcome.Finished ? 0 : 1;

static double Branin(double x, double y)
{
    const double B = 5.1 / (4 * Math.PI * Math.PI), C = 5 / Math.PI, T = 1 / (8 * Math.PI);
    return Math.Pow(y - (B * x * x) + (C * x) - 6, 2) + (10 * (1 - T) * Math.Cos(x)) + 10;
}
