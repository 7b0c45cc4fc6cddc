using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps.Run;

/// <summary>Of the studies that need a segment at the same moment one trains it, and nobody waits for ever.</summary>
public sealed class SegmentClaimsTests
{
    private readonly SegmentClaims _claims = new();
    private readonly List<string> _told = [];

    [Fact]
    public void The_second_waits_while_a_worker_has_the_segment_for_the_first()
    {
        Assert.True(Take("a", "x"));
        Assert.True(_claims.TryBegin("x", "a"));
        Assert.False(Take("b", "x"));
        Assert.True(Take("b", "y"));
        Assert.Null(_claims.WhyWaiting("a"));
        Assert.StartsWith(
            "the segment x waits for the study 'a', which trains the same one", _claims.WhyWaiting("b"),
            StringComparison.Ordinal);

        _claims.Release("x", "a", isDone: true);

        Assert.Equal(["b freed"], _told);
        Assert.Null(_claims.WhyWaiting("b"));
    }

    [Fact]
    public void Of_those_that_wait_for_a_worker_whoever_gets_one_first_trains()
    {
        Take("a", "x");
        Assert.True(Take("b", "x"));
        Assert.Null(_claims.WhyWaiting("b"));

        Assert.True(_claims.TryBegin("x", "b"));

        Assert.Equal(["a taken"], _told);
        Assert.False(_claims.TryBegin("x", "a"));
        _claims.Release("x", "a", isDone: false);
        Assert.False(Take("a", "x"));
        _claims.Release("x", "b", isDone: true);
        Assert.Equal(["a taken", "a freed"], _told);
    }

    [Fact]
    public void Nobody_waits_for_a_study_that_has_lost_its_worker_and_is_kept_from_others()
    {
        Take("a", "x");
        _claims.TryBegin("x", "a");
        Take("b", "x");

        _claims.Return("x", "a");

        Assert.Equal(["b freed"], _told);
        Assert.True(Take("b", "x"));
        Assert.True(_claims.TryBegin("x", "b"));
        Assert.False(_claims.TryBegin("x", "a"));
        _claims.Return("x", "a"); // a late word of the lost worker
        Assert.False(Take("c", "x"));

        // What the lost one brings in the end counts all the same.
        _claims.Release("x", "a", isDone: true);
        Assert.Equal(["b freed", "a taken", "b taken", "c freed"], _told);
        _claims.Release("x", "b", isDone: true);
        Assert.Equal(4, _told.Count);
    }

    [Fact]
    public void Where_the_first_fails_the_next_one_trains_and_the_others_wait_for_that()
    {
        Take("a", "x");
        _claims.TryBegin("x", "a");
        Take("b", "x");
        Take("c", "x");

        _claims.Release("x", "a", isDone: false);

        Assert.Equal(["b freed", "c freed"], _told);
        Assert.True(Take("b", "x"));
        Assert.True(_claims.TryBegin("x", "b"));
        Assert.False(Take("c", "x"));
        Assert.False(Take("a", "x"));
    }

    [Fact]
    public void Who_leaves_neither_trains_nor_waits_any_more()
    {
        Take("a", "x");
        _claims.TryBegin("x", "a");
        Take("b", "x");
        Take("c", "y");
        _claims.TryBegin("y", "c");
        Take("a", "y");

        _claims.Leave("a");
        _claims.Release("y", "c", isDone: true);

        Assert.Equal(["b freed"], _told);
        Assert.True(Take("b", "x"));
    }

    /// <summary>
    /// Studies that need the same segments in orders of their own, with failures, lost workers, and studies that are
    /// stopped and go on: all of them come to their end, and nothing is trained to its end twice.
    /// </summary>
    [Fact]
    public void Whatever_fails_and_whoever_leaves_every_study_gets_every_segment_and_none_is_trained_twice()
    {
        for (var seed = 0UL; seed < 300; seed++)
            new Studies(SearchRandom.For(seed, 0, "claims")).Run();
    }

    private bool Take(string study, string key) =>
        _claims.TryTake(key, study, () => _told.Add($"{study} taken"), () => _told.Add($"{study} freed"));

    private sealed class Studies(SearchRandom random)
    {
        private const int Keys = 6;
        private const int Count = 4;
        private const int Parallel = 2;
        private const int MostTurns = 20_000;

        private readonly SegmentClaims _claims = new();
        private readonly HashSet<int> _trained = [];
        private readonly List<(int Study, int Key)> _training = [];
        private readonly List<(int Study, int Key)> _queued = [];
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
                    case < 0.3:
                        Begin(study);
                        break;
                    case < 0.5:
                        Start();
                        break;
                    case < 0.55 when turn < MostTurns / 2:
                        LoseWorker();
                        break;
                    default:
                        End(fails: random.NextDouble() < 0.3 && turn < MostTurns / 2);
                        break;
                }
            }
        }

        private bool Busy() => _training.Count + _queued.Count + _waiting.Count > 0;

        private void Begin(int study)
        {
            var underWay = _training.Concat(_queued).Concat(_waiting).Count(one => one.Study == study);
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
            if (_claims.TryTake($"{key}", $"{study}", () => Withdraw(study, key), () => Free(study, key)))
                _queued.Add((study, key));
            else
                _waiting.Add((study, key));
        }

        private void Free(int study, int key)
        {
            Assert.True(_waiting.Remove((study, key)));
            _needs[study].Insert(0, key);
        }

        // Its task is taken out of the graph, and the trial decided anew.
        private void Withdraw(int study, int key)
        {
            Assert.True(_queued.Remove((study, key)));
            _claims.Release($"{key}", $"{study}", isDone: false);
            _needs[study].Insert(0, key);
        }

        private void Start()
        {
            if (_queued.Count == 0)
                return;
            var (study, key) = _queued[(int)(random.NextDouble() * _queued.Count)];
            Assert.DoesNotContain(_training, one => one.Key == key);
            Assert.True(_claims.TryBegin($"{key}", $"{study}"));
            _queued.Remove((study, key));
            _training.Add((study, key));
            Assert.DoesNotContain(_queued, one => one.Key == key);
        }

        private void LoseWorker()
        {
            if (_training.Count == 0)
                return;
            var (study, key) = _training[(int)(random.NextDouble() * _training.Count)];
            _training.Remove((study, key));
            _queued.Add((study, key));
            _claims.Return($"{key}", $"{study}");
            Assert.DoesNotContain(_waiting, one => one.Key == key);
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
            foreach (var one in _training.Concat(_queued).Concat(_waiting).Where(one => one.Study == study).ToList())
            {
                _needs[study].Add(one.Key);
                _training.Remove(one);
                _queued.Remove(one);
                _waiting.Remove(one);
            }

            _claims.Leave($"{study}");
        }
    }
}
