using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>What the ranks' compression has left out so far, as a part of a checkpoint.</summary>
/// <param name="buckets">Whose reducers remember it.</param>
/// <param name="description">Of the settings that the numbers depend on for their meaning.</param>
/// <param name="group">The ranks.</param>
internal sealed class ResidualState(GradientBuckets<float> buckets, string description, ProcessGroup group)
{
    /// <summary>Prefix of the tensors' names; the rank follows.</summary>
    public const string Prefix = "exchange.residual.";

    /// <summary>The metadata that tells of them.</summary>
    public const string Key = "exchange";

    public string Description => description;

    /// <summary>The residuals of all ranks. A collective.</summary>
    public IEnumerable<SafeTensor> Capture()
    {
        var lengths = new long[group.WorldSize];
        group.AllGather<long>([buckets.StateLength], lengths);
        for (var rank = 0; rank < lengths.Length; rank++)
        {
            var state = new float[lengths[rank]];
            if (rank == group.Rank)
                buckets.SaveState(state);
            group.Broadcast<float>(state, rank);
            yield return SafeTensor.Create<float>($"{Prefix}{rank}", [state.Length], state);
        }
    }

    /// <summary>
    /// Takes them back. A training that did not compress has none; those of another world size are shared out.
    /// </summary>
    /// <exception cref="ArgumentException">They mean something else here.</exception>
    public void Restore(SafeTensorsFile file)
    {
        if (!file.Metadata.TryGetValue(Key, out var written))
            return;
        if (written != description)
        {
            throw new ArgumentException($"The checkpoint holds what {written} has left out; this training uses "
                + $"{description}. Go on with the same compression and bucket size, or with none.");
        }
        var states = file.Tensors.Where(tensor => tensor.Name.StartsWith(Prefix, StringComparison.Ordinal)).ToArray();
        if (states.Length == group.WorldSize)
        {
            buckets.LoadState(file.Tensor($"{Prefix}{group.Rank}").Values<float>());
            return;
        }
        buckets.LoadStates([.. Enumerable.Range(0, states.Length)
            .Select(rank => (ReadOnlyMemory<float>)file.Tensor($"{Prefix}{rank}").Values<float>().ToArray())]);
    }
}
