using System.Runtime.InteropServices;

namespace TuneGraph.Collectives;

/// <summary>
/// Sends only the k elements of largest magnitude, as pairs of index and value, and keeps the rest: with momentum 0
/// top-k with error feedback, above 0 deep gradient compression (Lin et al. 2018, Algorithm 4: momentum correction and
/// factor masking). A rank sends 8·k·(N−1) bytes.
/// </summary>
/// <remarks>
/// u = m·u + g; v = v + u; the k largest |v| are sent; u and v are zeroed there. With k = 100 % and m = 0 the result is
/// the dense mean, summed in rank order. With momentum the mean already holds it: use an optimizer without momentum.
/// </remarks>
public sealed class TopKReducer : GradientReducer<float>
{
    private readonly float[] _velocity;
    private readonly float[] _accumulated;
    private readonly int[] _order;
    private readonly float[] _magnitudes;

    /// <summary>Makes the reducer.</summary>
    /// <param name="length">Elements of the gradient.</param>
    /// <param name="fraction">Share of the elements that is sent, above 0 and up to 1; at least one element.</param>
    /// <param name="momentum">m, from 0 up to but not 1. Default 0.</param>
    public TopKReducer(int length, double fraction, float momentum = 0) : base(length)
    {
        if (!(fraction > 0 && fraction <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(fraction), fraction, "The fraction must be above 0 and at most 1.");
        if (!(momentum >= 0 && momentum < 1))
            throw new ArgumentOutOfRangeException(
                nameof(momentum), momentum, "The momentum must be at least 0 and below 1.");
        Momentum = momentum;
        SentElements = length == 0 ? 0 : Math.Clamp((int)Math.Ceiling(fraction * length), 1, length);
        _velocity = new float[momentum == 0 ? 0 : length];
        _accumulated = new float[length];
        _order = new int[length];
        _magnitudes = new float[length];
    }

    /// <summary>m.</summary>
    public float Momentum { get; }

    /// <summary>k.</summary>
    public int SentElements { get; }

    /// <inheritdoc/>
    public override int StateLength => _velocity.Length + _accumulated.Length;

    private protected override IEnumerable<float[]> State => [_velocity, _accumulated];

    private protected override void Adopt(IReadOnlyList<ReadOnlyMemory<float>> states)
    {
        MeanOf(states, 0, _velocity);
        MeanOf(states, _velocity.Length, _accumulated);
    }

    private protected override void ReduceMean(
        ProcessGroup group, Span<float> gradient, CancellationToken cancellationToken)
    {
        Accumulate(gradient);
        var pairs = new Pair[SentElements * group.WorldSize];
        var own = pairs.AsSpan(group.Rank * SentElements, SentElements);
        TakeLargest(own);
        group.AllGather<byte>(MemoryMarshal.AsBytes(own), MemoryMarshal.AsBytes(pairs.AsSpan()), cancellationToken);
        gradient.Clear();
        foreach (var pair in pairs) gradient[pair.Index] += pair.Value;
        for (var i = 0; i < gradient.Length; i++) gradient[i] /= group.WorldSize;
    }

    private void Accumulate(ReadOnlySpan<float> gradient)
    {
        for (var i = 0; i < gradient.Length; i++)
        {
            var step = gradient[i];
            if (_velocity.Length > 0) step = _velocity[i] = (Momentum * _velocity[i]) + step;
            _accumulated[i] += step;
        }
    }

    /// <summary>
    /// Largest magnitudes first found by quick-select; equal ones by lower index, so that a run repeats.
    /// </summary>
    private void TakeLargest(Span<Pair> pairs)
    {
        for (var i = 0; i < Length; i++)
        {
            _order[i] = i;
            _magnitudes[i] = Math.Abs(_accumulated[i]);
        }
        Select(pairs.Length);
        _order.AsSpan(0, pairs.Length).Sort();
        for (var i = 0; i < pairs.Length; i++)
        {
            var index = _order[i];
            pairs[i] = new(index, _accumulated[index]);
            _accumulated[index] = 0;
            if (_velocity.Length > 0) _velocity[index] = 0;
        }
    }

    /// <summary>
    /// Hoare's selection: afterwards the first <paramref name="count"/> of the order come before all others.
    /// </summary>
    private void Select(int count)
    {
        var (low, high) = (0, Length - 1);
        while (low < high)
        {
            var pivot = _order[low + ((high - low) / 2)];
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (Before(_order[i], pivot)) i++;
                while (Before(pivot, _order[j])) j--;
                if (i > j) break;
                (_order[i], _order[j]) = (_order[j], _order[i]);
                i++;
                j--;
            }
            if (count - 1 <= j) high = j;
            else if (count - 1 >= i) low = i;
            else return;
        }
    }

    // A total order even with NaN, which CompareTo puts below all numbers.
    private bool Before(int left, int right)
    {
        var compared = _magnitudes[right].CompareTo(_magnitudes[left]);
        return compared < 0 || (compared == 0 && left < right);
    }

    private readonly record struct Pair(int Index, float Value);
}
