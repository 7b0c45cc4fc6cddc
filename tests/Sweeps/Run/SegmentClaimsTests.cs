using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps.Run;

/// <summary>Of the studies that need a segment at the same moment one trains it, and nobody waits for ever.</summary>
public sealed class SegmentClaimsTests
{
    private readonly SegmentClaims _claims = new();
    private readonly List<string> _freed = [];

    [Fact]
    public void The_second_waits_until_the_first_has_trained_the_segment()
    {
        Assert.True(Take("a", "x"));
        Assert.False(Take("b", "x"));
        Assert.True(Take("b", "y"));
        Assert.Null(_claims.WhyWaiting("a"));
        Assert.StartsWith(
            "the segment x waits for the study 'a', which trains the same one", _claims.WhyWaiting("b"),
            StringComparison.Ordinal);

        _claims.Release("x", "a", isDone: true);

        Assert.Equal(["b"], _freed);
        Assert.Null(_claims.WhyWaiting("b"));
    }

    [Fact]
    public void Where_the_first_fails_the_next_one_trains_and_the_others_wait_for_that()
    {
        Take("a", "x");
        Take("b", "x");
        Take("c", "x");

        _claims.Release("x", "a", isDone: false);

        Assert.Equal(["b", "c"], _freed);
        Assert.True(Take("b", "x"));
        Assert.False(Take("c", "x"));
        Assert.False(Take("a", "x"));
    }

    [Fact]
    public void Who_leaves_neither_trains_nor_waits_any_more()
    {
        Take("a", "x");
        Take("b", "x");
        Take("c", "y");
        Take("a", "y");

        _claims.Leave("a");
        _claims.Release("y", "c", isDone: true);

        Assert.Equal(["b"], _freed);
        Assert.True(Take("b", "x"));
    }

    [Theory]
    [InlineData(1, null, 0.0)]
    [InlineData(0, 2, 0.0)]
    [InlineData(0, null, 1.0)]
    public void Nobody_waits_for_a_study_whose_turn_may_come_later(int priority, int? quota, double cores)
    {
        var plain = new SegmentTrainer("a", new ResourceSpec { Quota = 1 }, new() { Cores = 2 });
        var sooner = new SegmentTrainer(
            "b",
            new ResourceSpec { Priority = priority, Quota = quota ?? 1 },
            new() { Cores = 2 - cores });
        Assert.True(_claims.TryTake("x", plain, () => _freed.Add("a")));
        Assert.True(_claims.TryTake("x", sooner, () => _freed.Add("b")));

        // From now on the one that comes sooner is waited for; what the other one brings counts all the same.
        Assert.False(_claims.TryTake("x", plain with { Study = "c" }, () => _freed.Add("c")));
        _claims.Release("x", "a", isDone: false);
        Assert.Empty(_freed);
        _claims.Release("x", "a", isDone: true);
        Assert.Equal(["c"], _freed);
        _claims.Release("x", "b", isDone: true);
        Assert.Equal(["c"], _freed);
    }

    [Fact]
    public void Nobody_waits_for_a_study_that_asks_for_labels_of_its_own()
    {
        var special = new SegmentTrainer("a", new ResourceSpec { Labels = ["gpu"] }, new());
        Assert.True(_claims.TryTake("x", special, () => { }));
        Assert.True(_claims.TryTake("x", special with { Study = "b", Resources = new() }, () => { }));
        Assert.False(_claims.TryTake("x", special with { Study = "c" }, () => { }));
    }

    /// <summary>
    /// Studies that need the same segments in orders of their own, with failures, and with studies that are stopped and
    /// go on: all of them come to their end, and nothing is trained to its end twice.
    /// </summary>
    [Fact]
    public void Whatever_fails_and_whoever_leaves_every_study_gets_every_segment_and_none_is_trained_twice()
    {
        for (var seed = 0UL; seed < 300; seed++)
            new Studies(SearchRandom.For(seed, 0, "claims")).Run();
    }

    private bool Take(string study, string key) =>
        _claims.TryTake(key, new SegmentTrainer(study, new ResourceSpec(), new()), () => _freed.Add(study));

    private sealed class Studies(SearchRandom random)
    {
        private const int Keys = 6;
        private const int Count = 4;
        private const int Parallel = 2;
        private const int MostTurns = 20_000;

        private readonly SegmentClaims _claims = new();
        private readonly HashSet<int> _trained = [];
        private readonly List<(int Study, int Key)> _training = [];
        private readonly List<(int Study, int Key)> _waiting = [];
        private readonly List<int>[] _needs =
        [
            .. Enumerable.Range(0, Count).Select(_ =>
                Enumerable.Range(0, Keys).OrderBy(_ => random.NextDouble()).ToList()),
        ];

        public void Run()
        {
            for (var turn = 0; _needs.Any(needs => needs.Count > 0) || Busy(); turn++)
            {
                Assert.True(turn < MostTurns, "Studies wait for one another.");
                var study = (int)(random.NextDouble() * Count);
                switch (random.NextDouble())
                {
                    case < 0.02 when turn < MostTurns / 2:
                        Leave(study);
                        break;
                    case < 0.4:
                        Begin(study);
                        break;
                    default:
                        End(fails: random.NextDouble() < 0.3 && turn < MostTurns / 2);
                        break;
                }
            }
        }

        private bool Busy() => _training.Count + _waiting.Count > 0;

        private void Begin(int study)
        {
            var underWay = _training.Concat(_waiting).Count(one => one.Study == study);
            if (underWay >= Parallel || _needs[study].Count == 0)
                return;
            var key = _needs[study][0];
            _needs[study].RemoveAt(0);
            Need(study, key);
        }

        private void Need(int study, int key)
        {
            if (_trained.Contains(key))
                return; // taken over
            Action freed = () =>
            {
                Assert.True(_waiting.Remove((study, key)));
                _needs[study].Insert(0, key);
            };
            if (!_claims.TryTake($"{key}", new SegmentTrainer($"{study}", new ResourceSpec(), new()), freed))
                _waiting.Add((study, key));
            else
            {
                Assert.DoesNotContain(_training, one => one.Key == key);
                _training.Add((study, key));
            }
        }

        private void End(bool fails)
        {
            if (_training.Count == 0)
                return;
            var place = (int)(random.NextDouble() * _training.Count);
            var (study, key) = _training[place];
            _training.RemoveAt(place);
            if (fails)
                _needs[study].Add(key); // tried again later, as a trial with the same beginning
            else
                Assert.True(_trained.Add(key));
            _claims.Release($"{key}", $"{study}", isDone: !fails);
        }

        private void Leave(int study)
        {
            foreach (var one in _training.Concat(_waiting).Where(one => one.Study == study).ToList())
            {
                _needs[study].Add(one.Key);
                _training.Remove(one);
                _waiting.Remove(one);
            }

            _claims.Leave($"{study}");
        }
    }
}
