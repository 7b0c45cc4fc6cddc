namespace TuneGraph.Collectives;

/// <summary>
/// Replaces a gradient by its mean over all ranks, exactly or by sending less. Members that send less keep what they
/// left out (the residual, or error feedback) and add it to the next gradient, so nothing is lost for ever. One
/// instance serves one gradient vector of fixed length on one rank.
/// </summary>
/// <typeparam name="T">What the gradient is made of; members that send less are for <see cref="float"/>.</typeparam>
public abstract class GradientReducer<T>
    where T : unmanaged
{
    private protected GradientReducer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
    }

    /// <summary>Elements of the gradient.</summary>
    public int Length { get; }

    /// <summary>Numbers that <see cref="SaveState"/> writes; 0 if the reducer remembers nothing.</summary>
    public abstract int StateLength { get; }

    /// <summary>A collective: every rank calls it with its gradient and gets the same bits.</summary>
    /// <param name="group">Where the ranks meet.</param>
    /// <param name="gradient">In place; <see cref="Length"/> elements.</param>
    /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
    /// <exception cref="CollectiveException">The group is over.</exception>
    public void Reduce(ProcessGroup group, Span<T> gradient, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(group);
        if (gradient.Length != Length)
            throw new ArgumentException(
                $"The gradient has {gradient.Length} elements; this reducer was made for {Length}.", nameof(gradient));
        ReduceMean(group, gradient, cancellationToken);
    }

    /// <summary>
    /// Writes what must be in a checkpoint: a run that resumes without its residuals loses the updates that they hold.
    /// </summary>
    /// <param name="state"><see cref="StateLength"/> elements.</param>
    public void SaveState(Span<T> state)
    {
        CheckState(state.Length);
        foreach (var part in State)
        {
            part.CopyTo(state);
            state = state[part.Length..];
        }
    }

    /// <summary>Reads back what <see cref="SaveState"/> wrote on the same rank.</summary>
    /// <param name="state"><see cref="StateLength"/> elements.</param>
    public void LoadState(ReadOnlySpan<T> state)
    {
        CheckState(state.Length);
        foreach (var part in State)
        {
            state[..part.Length].CopyTo(part);
            state = state[part.Length..];
        }
    }

    /// <summary>
    /// Takes over what the ranks of another world size kept, each of them a share of it, so that no update is lost.
    /// Every rank of the new group calls it with the same states.
    /// </summary>
    /// <param name="states">What <see cref="SaveState"/> wrote on each rank of the old group, in rank order.</param>
    public void LoadStates(IReadOnlyList<ReadOnlyMemory<T>> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        for (var rank = 0; rank < states.Count; rank++)
        {
            if (states[rank].Length != StateLengthOf(rank, states.Count))
                throw new ArgumentException(
                    $"The state of rank {rank} of {states.Count} has {states[rank].Length} elements; that of this "
                    + $"reducer has {StateLengthOf(rank, states.Count)}.",
                    nameof(states));
        }
        if (states.Count > 0) Adopt(states);
    }

    /// <summary><see cref="StateLength"/> on a rank of a group of another size.</summary>
    /// <param name="rank">That rank.</param>
    /// <param name="worldSize">The size of its group.</param>
    public virtual int StateLengthOf(int rank, int worldSize) => StateLength;

    /// <summary>The arrays that make up the state, in a fixed order.</summary>
    private protected abstract IEnumerable<T[]> State { get; }

    private protected abstract void ReduceMean(
        ProcessGroup group, Span<T> gradient, CancellationToken cancellationToken);

    /// <summary>The mean over ranks of one part of their states.</summary>
    private protected static void MeanOf(IReadOnlyList<ReadOnlyMemory<float>> states, int start, float[] mean)
    {
        for (var i = 0; i < mean.Length; i++)
        {
            double sum = 0;
            for (var rank = 0; rank < states.Count; rank++) sum += states[rank].Span[start + i];
            mean[i] = (float)(sum / states.Count);
        }
    }

    private protected virtual void Adopt(IReadOnlyList<ReadOnlyMemory<T>> states) { }

    private void CheckState(int length)
    {
        if (length != StateLength)
            throw new ArgumentException($"The state has {length} elements; this reducer's has {StateLength}.");
    }
}
