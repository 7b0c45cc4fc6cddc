using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

/// <summary>What every gradient reducer does. Each one inherits this suite.</summary>
public abstract class GradientReducerConformance
{
    private const int Length = 2003;

    protected abstract GradientReducer<float> Create(int length, int rank, int worldSize);

    /// <summary>Payload bytes that all ranks together send for one gradient.</summary>
    protected abstract long ExpectedBytes(int length, int worldSize);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_comes_out_plus_what_is_kept_is_what_went_in(int worldSize)
    {
        const int Steps = 12;
        var went = new double[Length];
        var came = new double[worldSize][];
        var kept = new double[Length];
        Ranks.Run(InProcessGroup.Create(worldSize), group =>
        {
            var reducer = Create(Length, group.Rank, worldSize);
            var sum = came[group.Rank] = new double[Length];
            for (var step = 0; step < Steps; step++)
            {
                var gradient = Gradient(step, group.Rank);
                lock (went)
                {
                    for (var i = 0; i < Length; i++) went[i] += gradient[i] / (double)worldSize;
                }
                reducer.Reduce(group, gradient);
                for (var i = 0; i < Length; i++) sum[i] += gradient[i];
            }
            AddKept(reducer, group.Rank, worldSize, kept);
        });
        for (var rank = 0; rank < worldSize; rank++)
        {
            Assert.Equal(came[0], came[rank]);
            // float32 rounding of some 12 additions of values near 1 to 10.
            for (var i = 0; i < Length; i++) Assert.Equal(went[i], came[rank][i] + kept[i], 2e-4);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void The_bytes_on_the_wire_are_those_of_the_formula(int worldSize)
    {
        var total = 0L;
        // Stuttering groups have no shared memory: every byte passes the transport and is counted there.
        Ranks.Run(Faulty.Groups(worldSize, new() { Algorithm = AllReduceAlgorithm.Ring }, seed: 5), group =>
        {
            Create(Length, group.Rank, worldSize).Reduce(group, Gradient(0, group.Rank));
            Interlocked.Add(ref total, group.Traffic.PayloadBytes);
        });
        Assert.Equal(ExpectedBytes(Length, worldSize), total);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void What_is_kept_is_shared_out_when_the_world_size_changes(int newSize)
    {
        var states = new float[3][];
        var kept = new double[3][];
        Ranks.Run(InProcessGroup.Create(3), group =>
        {
            var reducer = Create(Length, group.Rank, 3);
            reducer.Reduce(group, Gradient(0, group.Rank));
            Assert.Equal(reducer.StateLength, reducer.StateLengthOf(group.Rank, 3));
            reducer.SaveState(states[group.Rank] = new float[reducer.StateLength]);
            AddKept(reducer, group.Rank, 3, kept[group.Rank] = new double[Length]);
        });
        var after = new double[Length];
        var memory = states.Select(state => (ReadOnlyMemory<float>)state).ToArray();
        for (var rank = 0; rank < newSize; rank++)
        {
            var reducer = Create(Length, rank, newSize);
            reducer.LoadStates(memory);
            AddKept(reducer, rank, newSize, after);
        }
        // AddKept counts what a rank holds of the mean.
        for (var i = 0; i < Length; i++) Assert.Equal(kept.Sum(one => one[i]), after[i], 1e-5);
        if (states[0].Length > 0)
        {
            ReadOnlyMemory<float>[] wrong = [memory[0], memory[1], new float[1]];
            Assert.Throws<ArgumentException>(() => Create(Length, 0, newSize).LoadStates(wrong));
        }
    }

    [Fact]
    public void A_reducer_that_is_saved_and_loaded_goes_on_bit_for_bit()
    {
        Ranks.Run(InProcessGroup.Create(2), group =>
        {
            var one = Create(Length, group.Rank, 2);
            one.Reduce(group, Gradient(0, group.Rank));
            var state = new float[one.StateLength];
            one.SaveState(state);
            var other = Create(Length, group.Rank, 2);
            other.LoadState(state);
            var (a, b) = (Gradient(1, group.Rank), Gradient(1, group.Rank));
            one.Reduce(group, a);
            other.Reduce(group, b);
            Assert.Equal(a, b);
        });
    }

    [Fact]
    public void A_gradient_of_another_length_is_refused()
    {
        using var group = InProcessGroup.Create(1)[0];
        var cancellationToken = TestContext.Current.CancellationToken;
        Assert.Throws<ArgumentException>(
            () => Create(Length, 0, 1).Reduce(group, new float[Length - 1], cancellationToken));
    }

    /// <summary>Adds what this rank keeps, as its share of the mean.</summary>
    protected virtual void AddKept(GradientReducer<float> reducer, int rank, int worldSize, double[] kept)
    {
        var state = new float[reducer.StateLength];
        reducer.SaveState(state);
        lock (kept)
        {
            for (var i = 0; i < Math.Min(Length, state.Length); i++) kept[i] += state[i] / (double)worldSize;
        }
    }

    private static float[] Gradient(int step, int rank) => QuantizerConformance.Normal(Length, (step * 100) + rank);
}

public sealed class DenseReducerTests : GradientReducerConformance
{
    protected override GradientReducer<float> Create(int length, int rank, int worldSize) =>
        new DenseReducer<float>(length);

    protected override long ExpectedBytes(int length, int worldSize) => 2L * (worldSize - 1) * length * 4;
}

public abstract class QuantizedReducerConformance : GradientReducerConformance
{
    protected abstract Quantizer Quantizer { get; }

    protected override GradientReducer<float> Create(int length, int rank, int worldSize) =>
        new QuantizedReducer(length, Quantizer, rank, worldSize);

    protected override long ExpectedBytes(int length, int worldSize) =>
        2L * worldSize * (worldSize - 1) * Quantizer.CodeBytes((length + worldSize - 1) / worldSize);

    protected override void AddKept(GradientReducer<float> reducer, int rank, int worldSize, double[] kept)
    {
        base.AddKept(reducer, rank, worldSize, kept);
        var state = new float[reducer.StateLength];
        reducer.SaveState(state);
        // After the residual of the whole gradient comes that of the shard which this rank owns.
        var shard = ShardRange.Of(reducer.Length, rank, worldSize);
        lock (kept)
        {
            for (var i = 0; i < shard.Length; i++) kept[shard.Start + i] += state[reducer.Length + i];
        }
    }
}

public sealed class Float16ReducerTests : QuantizedReducerConformance
{
    protected override Quantizer Quantizer => new Float16Quantizer();
}

public sealed class OneBitReducerTests : QuantizedReducerConformance
{
    protected override Quantizer Quantizer => new OneBitQuantizer(64);
}

public sealed class TwoBitReducerTests : QuantizedReducerConformance
{
    protected override Quantizer Quantizer => new TwoBitQuantizer(0.7f);
}

public sealed class TopKReducerTests : GradientReducerConformance
{
    protected override GradientReducer<float> Create(int length, int rank, int worldSize) =>
        new TopKReducer(length, 0.01);

    // Every rank's k pairs of 8 bytes reach every other rank.
    protected override long ExpectedBytes(int length, int worldSize) =>
        (long)worldSize * (worldSize - 1) * (int)Math.Ceiling(length * 0.01) * 8;

    [Fact]
    public void Sending_everything_is_the_dense_mean_bit_for_bit()
    {
        Ranks.Run(InProcessGroup.Create(3, new() { SumInRankOrder = true }), group =>
        {
            var sparse = QuantizerConformance.Normal(1000, group.Rank);
            var dense = sparse.ToArray();
            new TopKReducer(1000, 1).Reduce(group, sparse);
            new DenseReducer<float>(1000).Reduce(group, dense);
            Assert.Equal(dense, sparse);
        });
    }

    [Fact]
    public void The_largest_elements_go_first_and_equal_ones_by_index()
    {
        using var group = InProcessGroup.Create(1)[0];
        var reducer = new TopKReducer(8, 3 / 8.0);
        var gradient = new float[] { 1, -5, 2, 2, -2, 0, 4, 2 };
        reducer.Reduce(group, gradient, TestContext.Current.CancellationToken);
        Assert.Equal([0, -5, 2, 0, 0, 0, 4, 0], gradient);
    }

    [Fact]
    public void Momentum_is_corrected_and_sent_factors_are_masked()
    {
        // Lin et al. 2018, Algorithm 4, by hand: m = 0.5, k = 1 of 2.
        using var group = InProcessGroup.Create(1)[0];
        var reducer = new TopKReducer(2, 0.5, 0.5f);
        float[] Step(float a, float b)
        {
            var gradient = new[] { a, b };
            reducer.Reduce(group, gradient);
            return gradient;
        }
        Assert.Equal([4, 0], Step(4, 1)); // u = (4, 1), v = (4, 1); sends v0, zeroes u0 and v0
        Assert.Equal([0, 2.5f], Step(1, 1)); // u = (1, 1.5), v = (1, 2.5)
        Assert.Equal([2.5f, 0], Step(1, 1)); // u = (1.5, 1), v = (2.5, 1)
    }
}

public sealed class PowerSgdReducerTests : GradientReducerConformance
{
    protected override GradientReducer<float> Create(int length, int rank, int worldSize) =>
        new PowerSgdReducer(length, 2);

    // 2003 elements make a matrix of 45 rows of 45; two all-reduces of rank 2.
    protected override long ExpectedBytes(int length, int worldSize) => 2L * (worldSize - 1) * (2 * (45 + 45)) * 4;

    [Fact]
    public void A_mean_of_low_rank_is_found_exactly()
    {
        Ranks.Run(InProcessGroup.Create(2), group =>
        {
            // Both ranks' matrices are multiples of one outer product, so their mean has rank 1.
            var (u, v) = (QuantizerConformance.Normal(30, 1), QuantizerConformance.Normal(20, 2));
            var gradient = new float[600];
            for (var i = 0; i < 600; i++) gradient[i] = u[i / 20] * v[i % 20] * (group.Rank + 1);
            new PowerSgdReducer(600, rank: 1, columns: 20).Reduce(group, gradient);
            for (var i = 0; i < 600; i++) Assert.Equal(1.5f * u[i / 20] * v[i % 20], gradient[i], 1e-4f);
        });
    }

    [Fact]
    public void At_full_rank_the_mean_is_the_dense_mean_bit_for_bit()
    {
        Ranks.Run(InProcessGroup.Create(3), group =>
        {
            var gradient = QuantizerConformance.Normal(12 * 9, group.Rank);
            var dense = gradient.ToArray();
            new PowerSgdReducer(12 * 9, rank: 9, columns: 9).Reduce(group, gradient);
            group.AllReduce(dense, ReduceOp.Mean);
            Assert.Equal(dense, gradient);
        });
    }

    [Fact]
    public void A_matrix_in_blocks_of_columns_gives_what_the_same_matrix_in_rows_gives()
    {
        Ranks.Run(InProcessGroup.Create(2), group =>
        {
            var rows = QuantizerConformance.Normal(7 * 12, group.Rank);
            var blocks = new float[rows.Length];
            for (var i = 0; i < rows.Length; i++) blocks[PlaceOf(i)] = rows[i];
            new PowerSgdReducer(rows.Length, rank: 2, columns: 12).Reduce(group, rows);
            new PowerSgdReducer(rows.Length, rank: 2, columns: 12, blockColumns: 4).Reduce(group, blocks);
            for (var i = 0; i < rows.Length; i++) Assert.Equal(rows[i], blocks[PlaceOf(i)], 1e-5f);
        });

        // Row i / 12, column i % 12 of 7 x 12, in three blocks of 7 x 4.
        static int PlaceOf(int i) => (i % 12 / 4 * 28) + (i / 12 * 4) + (i % 4);
    }
}
