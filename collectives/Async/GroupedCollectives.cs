using System.Buffers;

namespace TuneGraph.Collectives;

/// <summary>Several vectors in one collective: one latency instead of many.</summary>
public static class GroupedCollectives
{
    extension(ProcessGroup group)
    {
        /// <summary>
        /// Reduces several vectors in one all-reduce, by way of a packed copy. Worth it for short vectors; a vector of
        /// megabytes is better reduced alone.
        /// </summary>
        /// <param name="vectors">In place; the ranks' lengths must be equal, in order.</param>
        /// <param name="op">How values are combined.</param>
        /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
        /// <exception cref="CollectiveException">The group is over; see <see cref="ProcessGroup"/>.</exception>
        public void AllReduce<T>(
            IReadOnlyList<Memory<T>> vectors, ReduceOp op = ReduceOp.Sum, CancellationToken cancellationToken = default)
            where T : unmanaged
        {
            ArgumentNullException.ThrowIfNull(vectors);
            var length = vectors.Sum(vector => vector.Length);
            var packed = ArrayPool<T>.Shared.Rent(length);
            try
            {
                var rest = packed.AsSpan(0, length);
                foreach (var vector in vectors)
                {
                    vector.Span.CopyTo(rest);
                    rest = rest[vector.Length..];
                }
                group.AllReduce(packed.AsSpan(0, length), op, cancellationToken);
                ReadOnlySpan<T> sums = packed.AsSpan(0, length);
                foreach (var vector in vectors)
                {
                    sums[..vector.Length].CopyTo(vector.Span);
                    sums = sums[vector.Length..];
                }
            }
            finally
            {
                ArrayPool<T>.Shared.Return(packed);
            }
        }
    }
}
