using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>How the tasks of a file fit together, and whether their calls fit the methods.</summary>
[RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
internal sealed class GraphCheck(MethodCatalog catalog, NamedSlots tasks)
{
    private readonly ImmutableHashSet<string> _keys = [.. tasks.Slots.Select(task => task.Key)];

    public void Task(NamedTask task, Slot slot)
    {
        var map = (YamlMap)slot.Node;
        foreach (var key in task.Dependencies.Where(key => !_keys.Contains(key.Value)))
        {
            slot.File.Findings.Add(PlaceOf(map, key), DiagnosticCode.UnknownTask,
                $"{slot.Name} needs '{Words.Short(key.Value)}', which is no task of the file"
                + $"{Words.DidYouMean(key.Value, _keys)}; add it or correct the name");
        }
        if (catalog.UnknownMethod(task.Call.Method) is { } unknown)
        {
            slot.File.Findings.Add(map["call"]!.Place, DiagnosticCode.UnknownMethod, unknown);
            return;
        }
        var place = map["with"]?.Place ?? map["call"]!.Place;
        if (catalog.Overload(task.Call) is not { } method)
        {
            slot.File.Findings.Add(place, DiagnosticCode.WrongArguments, catalog.NoOverload(task.Call));
            return;
        }
        try
        {
            BoundCall.Of(method, task.Call);
        }
        catch (TuneGraphException e)
        {
            slot.File.Findings.Add(place, DiagnosticCode.WrongArguments, e.Message);
        }
    }

    /// <summary>Reports a cycle, if there is one. Every dependency must be there.</summary>
    public void Cycles(ImmutableArray<NamedTask> all)
    {
        if (all.Any(task => task.Dependencies.Any(key => !_keys.Contains(key.Value))))
            return;
        try
        {
            all.ToGraph();
        }
        catch (GraphException e)
        {
            tasks.Owner.Fail(DiagnosticCode.TaskCycle, Words.Sentence(e.Message));
        }
    }

    /// <summary>Where a task names another, or the task itself.</summary>
    private static Place PlaceOf(YamlMap task, TaskKey key) =>
        task.Scalars.FirstOrDefault(scalar => scalar.Text == key.Value)?.Place ?? task.Place;
}
