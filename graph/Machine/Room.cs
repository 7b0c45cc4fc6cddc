namespace TuneGraph.Graph;

/// <summary>How many ranks of a shape fit on a worker, free or in all.</summary>
internal static class Room
{
    extension(WorkerNode worker)
    {
        /// <summary>Ranks that fit if the worker were empty.</summary>
        public int RoomInAll(Shape shape) =>
            Fitting(worker.Spec.Slots, shape.Need, worker.Total, used: [], reserved: [], reservedRanks: 0);

        /// <summary>
        /// Ranks that fit now. What a reservation claims counts as taken, unless <paramref name="mayUseReserved"/>.
        /// </summary>
        public int RoomNow(Shape shape, bool mayUseReserved)
        {
            var reservedRanks = mayUseReserved ? 0 : worker.ReservedRanks;
            var limit = shape.IsPlain ? worker.LeaseLimit : worker.Spec.Slots;
            var slots = limit - worker.UsedSlots - reservedRanks;
            return slots <= 0
                ? 0
                : Fitting(slots, shape.Need, worker.Total, worker.Used, worker.ReservedNeed, reservedRanks);
        }

        /// <summary>
        /// When the leases on the worker should end, as ticks from now. Tasks that wait for it count too.
        /// </summary>
        public long WaitTicks(TimeSpan now, long homedTaskTicks)
        {
            var sum = worker.HomedCount * homedTaskTicks;
            foreach (var node in worker.Leases)
                sum += node.Lease!.RemainingTicks(now);
            return sum / worker.Spec.Slots;
        }

        /// <summary>When the last lease on the worker should end, as ticks from now.</summary>
        public long ClearTicks(TimeSpan now)
        {
            var last = 0L;
            foreach (var node in worker.Leases)
                last = Math.Max(last, node.Lease!.RemainingTicks(now));
            return last;
        }
    }

    private static int Fitting(
        int slots, long[] need, long[] total, ReadOnlySpan<long> used, ReadOnlySpan<long> reserved, int reservedRanks)
    {
        var fits = slots;
        for (var index = 0; index < need.Length && fits > 0; index++)
        {
            if (need[index] == 0)
                continue;
            var free = index < total.Length ? total[index] : 0;
            if (index < used.Length)
                free -= used[index];
            if (index < reserved.Length)
                free -= reserved[index] * reservedRanks;
            fits = (int)Math.Min(fits, Math.Max(0, free / need[index]));
        }
        return fits;
    }
}
