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

    /// <summary>The arrays that make up the state, in a fixed order.</summary>
    private protected abstract IEnumerable<T[]> State { get; }

    private protected abstract void ReduceMean(
        ProcessGroup group, Span<T> gradient, CancellationToken cancellationToken);

    private void CheckState(int length)
    {
        if (length != StateLength)
            throw new ArgumentException($"The state has {length} elements; this reducer's has {StateLength}.");
    }
}
