namespace TuneGraph.Collectives;

/// <summary>
/// Collectives that run on the group's own progress thread while the caller computes on: issued calls run in issue
/// order, one at a time; a direct call on the same member waits for those issued before it. At most 4,096 calls may be
/// pending; then issuing waits.
/// </summary>
public static unsafe class IssuedCollectives
{
    extension(ProcessGroup group)
    {
        /// <summary>Starts <see cref="ProcessGroup.AllReduce{T}"/>.</summary>
        /// <param name="values">In place; not to be touched until the handle is complete.</param>
        /// <param name="op">How values are combined.</param>
        /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
        public CollectiveHandle IssueAllReduce<T>(
            Memory<T> values, ReduceOp op = ReduceOp.Sum, CancellationToken cancellationToken = default)
                where T : unmanaged
        {
            var pin = values.Pin();
            var work = group.AllReduceWork((T*)pin.Pointer, values.Length, op, cancellationToken);
            return group.Runner.Issue(work, [pin]);
        }

        /// <summary>Starts <see cref="ProcessGroup.Broadcast{T}"/>.</summary>
        /// <param name="values">Read on the root, overwritten elsewhere; not to be touched until the handle is
        /// complete.</param>
        /// <param name="root">The rank whose values all get.</param>
        /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
        public CollectiveHandle IssueBroadcast<T>(
            Memory<T> values, int root = 0, CancellationToken cancellationToken = default) where T : unmanaged
        {
            var call = group.Rooted<T>(CollectiveKind.Broadcast, values.Length, root);
            var pin = values.Pin();
            return group.Runner.Issue(new(call, (byte*)pin.Pointer, (byte*)pin.Pointer, cancellationToken), [pin]);
        }

        /// <summary>Starts <see cref="ProcessGroup.ReduceScatter{T}"/>.</summary>
        /// <param name="input">The whole vector; not to be changed until the handle is complete.</param>
        /// <param name="output">Takes this rank's shard; not to be touched until the handle is complete.</param>
        /// <param name="op">How values are combined.</param>
        /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
        public CollectiveHandle IssueReduceScatter<T>(
            ReadOnlyMemory<T> input, Memory<T> output, ReduceOp op = ReduceOp.Sum,
            CancellationToken cancellationToken = default)
            where T : unmanaged
        {
            var call = group.Sharded<T>(CollectiveKind.ReduceScatter, input.Length, output.Length, nameof(output), op);
            var (read, written) = (input.Pin(), output.Pin());
            return group.Runner.Issue(
                new(call, (byte*)read.Pointer, (byte*)written.Pointer, cancellationToken), [read, written]);
        }

        /// <summary>Starts <see cref="ProcessGroup.AllGather{T}"/>.</summary>
        /// <param name="input">This rank's shard; not to be changed until the handle is complete.</param>
        /// <param name="output">Takes the whole vector; not to be touched until the handle is complete.</param>
        /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
        public CollectiveHandle IssueAllGather<T>(
            ReadOnlyMemory<T> input, Memory<T> output, CancellationToken cancellationToken = default)
                where T : unmanaged
        {
            var call = group.Sharded<T>(CollectiveKind.AllGather, output.Length, input.Length, nameof(input));
            var (read, written) = (input.Pin(), output.Pin());
            return group.Runner.Issue(
                new(call, (byte*)read.Pointer, (byte*)written.Pointer, cancellationToken), [read, written]);
        }
    }
}
