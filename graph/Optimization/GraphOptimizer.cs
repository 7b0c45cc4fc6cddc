using System.Collections.Immutable;

namespace TuneGraph.Graph;

/// <summary>
/// Makes a graph smaller before it is submitted: tasks of equal content are merged, so that shared prefixes run once; what
/// no one wants is culled; linear chains become one task. The counterpart of <c>dask.optimization</c>.
/// </summary>
public static class GraphOptimizer
{
    /// <summary>Merges, culls and fuses, in this order.</summary>
    /// <param name="specs">The tasks; dependencies on tasks that are not among them are left as they are.</param>
    /// <param name="wanted">The tasks whose results are wanted; if empty, those that no other depends on and those with <see cref="TaskSpec.KeepResult"/>.</param>
    public static OptimizedGraph Optimize(ImmutableArray<TaskSpec> specs, ImmutableArray<TaskKey> wanted = default)
    {
        if (wanted.IsDefaultOrEmpty)
            wanted = WantedByDefault(specs);
        var merged = Merge(specs);
        var kept = wanted.Select(merged.Resolve).ToImmutableHashSet();
        var culled = Cull(merged.Tasks, [.. kept]);
        var fused = Fuse(culled.Tasks, kept);
        var read = fused.Tasks.SelectMany(spec => spec.Dependencies).ToHashSet();
        return fused with
        {
            Aliases = merged.Aliases,
            Culled = culled.Culled,
            SavedDuration = merged.SavedDuration,
            Tasks = [.. fused.Tasks.Select(spec =>
                kept.Contains(spec.Key) && read.Contains(spec.Key) ? spec with { KeepResult = true } : spec)],
        };
    }

    /// <summary>Leaves out what no wanted result needs.</summary>
    /// <param name="specs">The tasks.</param>
    /// <param name="wanted">The tasks whose results are wanted.</param>
    /// <exception cref="GraphException">A wanted task is not among the tasks.</exception>
    public static OptimizedGraph Cull(ImmutableArray<TaskSpec> specs, ImmutableArray<TaskKey> wanted)
    {
        var byKey = specs.ToDictionary(spec => spec.Key);
        var needed = new HashSet<TaskKey>();
        var stack = new Stack<TaskKey>(wanted);
        foreach (var key in wanted)
        {
            if (!byKey.ContainsKey(key))
                throw new GraphException($"The wanted task '{key}' is not among the {specs.Length} tasks. Want one that is.", key);
        }
        while (stack.TryPop(out var key))
        {
            if (!byKey.TryGetValue(key, out var spec) || !needed.Add(key))
                continue;
            foreach (var dependency in spec.Dependencies)
                stack.Push(dependency);
        }
        return new OptimizedGraph
        {
            Tasks = specs.RemoveAll(spec => !needed.Contains(spec.Key)),
            Culled = [.. specs.Where(spec => !needed.Contains(spec.Key)).Select(spec => spec.Key)],
        };
    }

    /// <summary>Merges tasks of equal <see cref="TaskSpec.ContentKey"/>: the first stands for all, with their highest priority.</summary>
    /// <param name="specs">The tasks. Those without a content key are left alone.</param>
    public static OptimizedGraph Merge(ImmutableArray<TaskSpec> specs)
    {
        var firsts = new Dictionary<string, int>();
        var aliases = ImmutableDictionary.CreateBuilder<TaskKey, TaskKey>();
        var tasks = new List<TaskSpec>(specs.Length);
        var saved = TimeSpan.Zero;
        foreach (var spec in specs)
        {
            if (spec.ContentKey is null || firsts.TryAdd(spec.ContentKey, tasks.Count))
            {
                tasks.Add(spec);
                continue;
            }
            var at = firsts[spec.ContentKey];
            var first = tasks[at];
            saved += spec.EstimatedDuration;
            aliases.Add(spec.Key, first.Key);
            tasks[at] = first with
            {
                Priority = Math.Max(first.Priority, spec.Priority),
                MaxRetries = Math.Max(first.MaxRetries, spec.MaxRetries),
                KeepResult = first.KeepResult || spec.KeepResult,
            };
        }
        var merged = new OptimizedGraph { Tasks = [], Aliases = aliases.ToImmutable(), SavedDuration = saved };
        return merged with { Tasks = [.. tasks.Select(spec => Renamed(spec, merged))] };
    }

    /// <summary>
    /// Makes one task of each linear chain: of tasks that each have one dependency and one dependent, and ask for the same
    /// workers and resources. The last key names it. A failure repeats the whole chain.
    /// </summary>
    /// <param name="specs">The tasks. Those with a time limit and those whose result is kept end a chain or stay outside.</param>
    /// <param name="wanted">Tasks that must keep results of their own.</param>
    public static OptimizedGraph Fuse(ImmutableArray<TaskSpec> specs, ImmutableHashSet<TaskKey> wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var byKey = specs.ToDictionary(spec => spec.Key);
        var dependents = new Dictionary<TaskKey, int>();
        foreach (var dependency in specs.SelectMany(spec => spec.Dependencies))
            dependents[dependency] = dependents.GetValueOrDefault(dependency) + 1;

        var absorbed = new HashSet<TaskKey>();
        foreach (var spec in specs)
        {
            if (Below(spec) is { } below)
                absorbed.Add(below.Key);
        }
        var chains = ImmutableDictionary.CreateBuilder<TaskKey, ImmutableArray<TaskKey>>();
        var tasks = ImmutableArray.CreateBuilder<TaskSpec>();
        foreach (var last in specs.Where(spec => !absorbed.Contains(spec.Key)))
        {
            var steps = new List<TaskSpec> { last };
            while (Below(steps[^1]) is { } below)
                steps.Add(below);
            steps.Reverse();
            tasks.Add(steps.Count == 1 ? last : AsOne(steps));
            if (steps.Count > 1)
                chains.Add(last.Key, [.. steps.Select(step => step.Key)]);
        }
        return new OptimizedGraph { Tasks = tasks.ToImmutable(), Chains = chains.ToImmutable() };

        TaskSpec? Below(TaskSpec spec) =>
            spec.Dependencies is [var only] && byKey.TryGetValue(only, out var below) && dependents[only] == 1
            && !wanted.Contains(only) && !below.KeepResult && AreAlike(below, spec)
                ? below
                : null;
    }

    private static bool AreAlike(TaskSpec one, TaskSpec other) =>
        one.Ranks == other.Ranks && one.Placement == other.Placement && one.Resources == other.Resources
        && one.Constraints == other.Constraints && one.Priority == other.Priority
        && one.Timeout == TimeSpan.Zero && other.Timeout == TimeSpan.Zero;

    private static TaskSpec AsOne(List<TaskSpec> steps) => steps[^1] with
    {
        Dependencies = steps[0].Dependencies,
        MaxRetries = steps.Max(step => step.MaxRetries),
        EstimatedDuration = steps.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.EstimatedDuration),
        Family = string.Join('+', steps.Select(step => step.FamilyName.ToString())),
    };

    private static TaskSpec Renamed(TaskSpec spec, OptimizedGraph merged) => spec.Dependencies.Any(merged.Aliases.ContainsKey)
        ? spec with { Dependencies = [.. spec.Dependencies.Select(merged.Resolve).Distinct()] }
        : spec;

    private static ImmutableArray<TaskKey> WantedByDefault(ImmutableArray<TaskSpec> specs)
    {
        var read = specs.SelectMany(spec => spec.Dependencies).ToHashSet();
        return [.. specs.Where(spec => spec.KeepResult || !read.Contains(spec.Key)).Select(spec => spec.Key)];
    }
}
