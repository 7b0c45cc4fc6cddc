using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>Named tasks as a graph: to be checked, ordered and drawn.</summary>
public static class NamedGraph
{
    extension(IEnumerable<NamedTask> tasks)
    {
        /// <summary>A graph of the tasks, without workers: all wait.</summary>
        /// <exception cref="GraphException">There is a cycle, or a dependency that is not there.</exception>
        public TaskGraph ToGraph()
        {
            var graph = new TaskGraph();
            graph.Apply(new TasksSubmitted([.. tasks.Select(task => task.ToSpec())]));
            return graph;
        }

        /// <summary>The tasks in Graphviz's DOT language.</summary>
        /// <exception cref="GraphException">There is a cycle, or a dependency that is not there.</exception>
        public string ToDot() => tasks.ToGraph().ToDot();

        /// <summary>The tasks as a Mermaid flow chart.</summary>
        /// <exception cref="GraphException">There is a cycle, or a dependency that is not there.</exception>
        public string ToMermaid() => tasks.ToGraph().ToMermaid();
    }
}
