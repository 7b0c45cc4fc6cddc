namespace TuneGraph.Search;

/// <summary>
/// A tree of splits in flat arrays: the root first, a node's children beside each other. Rows without a value for the
/// split's feature go to one fixed side.
/// </summary>
internal sealed class RegressionTree
{
    private readonly List<Node> _nodes = [];

    /// <summary>The nodes, the root first.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>The leaf in which a row falls.</summary>
    /// <param name="row">A value for each feature; NaN where it has none.</param>
    public Node LeafOf(ReadOnlySpan<double> row)
    {
        var nodes = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_nodes);
        ref readonly var node = ref nodes[0];
        while (node.Feature >= 0)
            node = ref nodes[node.Left + (node.GoesLeft(row[node.Feature]) ? 0 : 1)];
        return node;
    }

    public int Add(Node node)
    {
        _nodes.Add(node);
        return _nodes.Count - 1;
    }

    public void Set(int place, Node node) => _nodes[place] = node;

    /// <summary>A leaf, or a question.</summary>
    /// <param name="Feature">The feature that is asked for; −1 for a leaf.</param>
    /// <param name="Threshold">Values up to this go left; unused with categories.</param>
    /// <param name="Categories">The categories that go left, a bit each; 0 for a numeric split.</param>
    /// <param name="MissingLeft">Whether rows without a value go left.</param>
    /// <param name="Left">The place of the left child; the right one is next.</param>
    /// <param name="Mean">The mean target of the node's rows.</param>
    /// <param name="Variance">Their variance.</param>
    internal readonly record struct Node(
        int Feature, double Threshold, ulong Categories, bool MissingLeft, int Left, double Mean, double Variance)
    {
        public static Node Leaf(double mean, double variance) => new(-1, 0, 0, false, 0, mean, variance);

        public bool GoesLeft(double value) => double.IsNaN(value) ? MissingLeft
            : Categories == 0 ? value <= Threshold
            : (Categories >> (int)value & 1) != 0;
    }
}
