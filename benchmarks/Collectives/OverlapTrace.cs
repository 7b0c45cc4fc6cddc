using System.Globalization;
using TuneGraph.Collectives;

namespace TuneGraph.Benchmarks;

/// <summary>
/// When each bucket of each step was exchanged, on both ranks' common clock: what is left of the communication once the
/// ranks' waiting for each other is taken out of it. An exchange begins when the last rank begins it.
/// </summary>
internal sealed class OverlapTrace
{
    private readonly List<(long Start, long End)>[] _buckets;

    private OverlapTrace(List<(long, long)>[] buckets) => _buckets = buckets;

    /// <summary>The last steps that all buckets have in common.</summary>
    private int Steps => _buckets.Min(bucket => bucket.Count);

    /// <summary>Sorts the calls of one layout; other collectives between them do not count.</summary>
    /// <param name="spans">The calls.</param>
    /// <param name="origin">What the timeline's ticks count from, on a clock that the ranks share.</param>
    internal static OverlapTrace Of(IEnumerable<CollectiveSpan> spans, long origin)
    {
        var buckets = new List<List<(long, long)>>();
        foreach (var span in spans.OrderBy(span => span.Start).Where(span => span.Call.Elements > 100))
        {
            var bucket = span.Call.Label is ['b', ..] label
                ? int.Parse(label.Split(' ')[1], CultureInfo.InvariantCulture) : 0;
            while (buckets.Count <= bucket) buckets.Add([]);
            buckets[bucket].Add((span.Start + origin, span.End + origin));
        }
        return new([.. buckets]);
    }

    internal void Save(string path)
    {
        File.WriteAllLines(path + ".new", _buckets.Select(b => string.Join(' ', b.Select(s => $"{s.Start}-{s.End}"))));
        File.Move(path + ".new", path);
    }

    internal static OverlapTrace Await(string path)
    {
        while (!File.Exists(path)) Thread.Yield();
        return new([.. File.ReadAllLines(path).Select(line => line.Split(' ').Select(Read).ToList())]);

        static (long, long) Read(string span)
        {
            var at = span.IndexOf('-', 1);
            return (long.Parse(span[..at], CultureInfo.InvariantCulture),
                long.Parse(span[(at + 1)..], CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Medians over the steps, in seconds.</summary>
    /// <returns>
    /// Time in which any bucket was exchanged; the part of it after the last rank began its last bucket, which nothing
    /// hides; and one's share of the other.
    /// </returns>
    internal (double Communication, double Exposed, double Share) Merge(OverlapTrace other)
    {
        var steps = Math.Min(Steps, other.Steps);
        var all = Enumerable.Range(steps / 4, steps - (steps / 4)).Select(step => Step(other, step)).ToArray();
        double Median(Func<(double Communication, double Exposed), double> part) =>
            all.Select(part).Order().ElementAt(all.Length / 2);
        return (Median(s => s.Communication), Median(s => s.Exposed), Median(s => s.Exposed / s.Communication));
    }

    private (double Communication, double Exposed) Step(OverlapTrace other, int step)
    {
        long sum = 0, until = long.MinValue, last = 0;
        foreach (var (mine, theirs) in _buckets.Zip(other._buckets, (a, b) => (a[step], b[step])))
        {
            var (start, end) = (Math.Max(mine.Item1, theirs.Item1), Math.Max(mine.Item2, theirs.Item2));
            sum += Math.Max(0, end - Math.Max(until, start));
            (until, last) = (Math.Max(until, end), start);
        }
        return (new TimeSpan(sum).TotalSeconds, new TimeSpan(until - last).TotalSeconds);
    }
}
