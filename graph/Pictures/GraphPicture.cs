using System.Text;

namespace TuneGraph.Graph;

/// <summary>Pictures of a graph and its state, as text for Graphviz and Mermaid.</summary>
public static class GraphPicture
{
    extension(TaskGraph graph)
    {
        /// <summary>The graph in Graphviz's DOT language: an arrow from each dependency to its dependent, colours by state.</summary>
        /// <param name="maxTasks">How many tasks to draw at most, those submitted first. At least 1; 500 by default.</param>
        public string ToDot(int maxTasks = 500)
        {
            var text = new StringBuilder("digraph tasks {\n  rankdir=BT;\n  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];\n");
            var (names, left) = NamesOf(graph, maxTasks);
            foreach (var (key, name) in names)
                text.Append($"  {name} [label=\"{Escape(Label(graph, key), "\\n", "\\\"")}\", fillcolor=\"{Colour(graph.StateOf(key)!.Value)}\"];\n");
            foreach (var (from, to) in Arrows(graph, names))
                text.Append($"  {from} -> {to};\n");
            if (left > 0)
                text.Append($"  more [label=\"… and {left} more\", shape=plaintext, style=\"\"];\n");
            return text.Append("}\n").ToString();
        }

        /// <summary>The graph as a Mermaid flow chart: an arrow from each dependency to its dependent, colours by state.</summary>
        /// <param name="maxTasks">How many tasks to draw at most, those submitted first. At least 1; 500 by default.</param>
        public string ToMermaid(int maxTasks = 500)
        {
            var text = new StringBuilder("flowchart BT\n");
            var (names, left) = NamesOf(graph, maxTasks);
            foreach (var (key, name) in names)
                text.Append($"  {name}(\"{Escape(Label(graph, key), "<br/>", "#quot;")}\"):::{graph.StateOf(key)!.Value}\n");
            foreach (var (from, to) in Arrows(graph, names))
                text.Append($"  {from} --> {to}\n");
            if (left > 0)
                text.Append($"  more[\"… and {left} more\"]\n");
            foreach (var state in Enum.GetValues<TaskState>())
                text.Append($"  classDef {state} fill:{Colour(state)}\n");
            return text.ToString();
        }
    }

    private static (List<(TaskKey Key, string Name)> Names, int Left) NamesOf(TaskGraph graph, int maxTasks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTasks, 1);
        var names = graph.KeysInOrder().Take(maxTasks).Select((key, index) => (key, $"t{index}")).ToList();
        return (names, graph.Count - names.Count);
    }

    private static IEnumerable<(string From, string To)> Arrows(TaskGraph graph, List<(TaskKey Key, string Name)> names)
    {
        var nameOf = names.ToDictionary(item => item.Key, item => item.Name);
        foreach (var (key, name) in names)
        {
            foreach (var dependency in graph.SpecOf(key)!.Dependencies)
            {
                if (nameOf.TryGetValue(dependency, out var from))
                    yield return (from, name);
            }
        }
    }

    private static string Label(TaskGraph graph, TaskKey key)
    {
        var spec = graph.SpecOf(key)!;
        var gang = spec.Ranks > 1 ? $" ×{spec.Ranks}" : "";
        var ranks = graph.RanksOf(key);
        var where = ranks.IsEmpty ? "" : $"\n{string.Join(", ", ranks.Select(rank => rank.Worker.Value).Distinct())}";
        return $"{key}{gang}\n{graph.StateOf(key)}{where}";
    }

    private static string Escape(string label, string newLine, string quote) => label
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", quote, StringComparison.Ordinal)
        .Replace("\n", newLine, StringComparison.Ordinal);

    /// <summary>Colours that stay apart for colour-blind eyes (Okabe and Ito 2008, lightened).</summary>
    private static string Colour(TaskState state) => state switch
    {
        TaskState.Waiting => "#eeeeee",
        TaskState.Ready => "#fff3b0",
        TaskState.Running => "#9fd3f2",
        TaskState.Succeeded => "#8fd9b6",
        TaskState.Erred => "#f2a48f",
        TaskState.Cancelled => "#d9b8d9",
        _ => "#ffffff",
    };
}
