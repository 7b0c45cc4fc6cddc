using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>The keys of a graph file.</summary>
[RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
internal sealed class GraphShape(MethodCatalog catalog)
{
    private const int MostTasks = 100_000;

    private static readonly TaskSettings _plain = new();

    /// <summary>The whole file.</summary>
    public Reader<ImmutableArray<NamedTask>> Graph => new MappingReader<ImmutableArray<NamedTask>>(fields =>
    {
        fields.Required("apiVersion", Scalars.OneOf(("tunegraph/v1", 1)), 1);
        fields.Required("kind", Scalars.OneOf(("Graph", 1)), 1);
        return fields.Required("tasks", new NamedEntries<NamedTask>("a mapping of keys to tasks", ReadTasks), []);
    });

    private static ScalarReader<string> KeyText { get; } = Scalars.Text;

    private static Reader<ImmutableArray<string>> Keys { get; } =
        new ListReader<string>(KeyText, 0, MostTasks, "");

    private static Reader<Backoff> BackoffShape { get; } = new MappingReader<Backoff>(fields => new Backoff
    {
        Initial = fields.Required("initial", Duration, TimeSpan.Zero),
        Factor = fields.Optional("factor", Scalars.Number(Interval.AtLeast(1)), new Backoff().Factor),
        Maximum = fields.Optional("maximum", Duration, new Backoff().Maximum),
    });

    private static ScalarReader<TimeSpan> Duration => Scalars.Duration;

    private static Reader<ResourceVector> Resources { get; } = new MappingReader<ResourceVector>(fields =>
    {
        var amount = Scalars.Number(Interval.AtLeast(0));
        return new ResourceVector
        {
            Cores = fields.Optional("cores", amount, 0),
            MemoryBytes = (long)fields.Optional("memoryBytes", amount, 0),
            Accelerators = fields.Optional("accelerators", Scalars.Whole(0, Scalars.Plenty), 0),
            Named = fields.Optional(
                "named",
                new NamedEntries<(string Name, double Amount)>(
                    "a mapping of names to amounts",
                    map => [.. map.Slots.Select(entry => (entry.Key, amount.Read(entry.Slot, 0)))]),
                []).ToImmutableSortedDictionary(named => named.Name, named => named.Amount),
        };
    });

    private ImmutableArray<NamedTask> ReadTasks(NamedSlots tasks)
    {
        var read = ImmutableArray.CreateBuilder<NamedTask>();
        var check = new GraphCheck(catalog, tasks);
        foreach (var (key, slot) in tasks.Slots)
        {
            var before = slot.File.Findings.Count;
            var shape = new MappingReader<NamedTask?>(fields => ReadTask(key, fields));
            if (shape.Read(slot, null) is not { } task || slot.File.Findings.Count > before)
                continue;
            read.Add(task);
            check.Task(task, slot);
        }
        if (read.Count == tasks.Slots.Length)
            check.Cycles(read.ToImmutable());
        return read.ToImmutable();
    }

    private static NamedTask ReadTask(string key, Fields fields)
    {
        var method = fields.Required("call", Scalars.Text, "-");
        var arguments = fields.Optional(
            "with",
            new NamedEntries<MethodArgument>("a mapping of parameters to values", ArgumentReader.ReadAll),
            []);
        return new NamedTask
        {
            Key = key.Length == 0 ? "-" : key,
            Call = new MethodCall { Method = method, Arguments = arguments },
            After = [.. fields.Optional("after", Keys, []).Select(after => (TaskKey)after)],
            Settings = new TaskSettings
            {
                Priority = fields.Optional("priority", Scalars.Whole(-Scalars.Plenty, Scalars.Plenty), 0),
                MaxRetries = fields.Optional("retries", Scalars.Whole(0, Scalars.Plenty), 0),
                Backoff = fields.Optional("backoff", BackoffShape, Backoff.None),
                Timeout = fields.Optional("timeout", Duration, TimeSpan.Zero),
                Resources = fields.Optional("resources", Resources, _plain.Resources),
            },
        };
    }
}
