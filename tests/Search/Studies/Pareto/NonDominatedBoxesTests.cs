using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class NonDominatedBoxesTests
{
    /// <summary>
    /// A point gains, of each box, the part that it dominates; together that is what it adds to the hypervolume, which
    /// is computed by another algorithm (WFG).
    /// </summary>
    [Theory]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public void What_a_point_takes_of_the_boxes_is_what_it_adds_to_the_hypervolume(int objectives, bool ties)
    {
        var random = new SearchRandom(7);
        double Draw() => ties ? random.NextInt64(6) / 4.0 : random.NextDouble() * 1.2;
        double[] Point() => [.. Enumerable.Range(0, objectives).Select(_ => Draw())];
        double[] reference = [.. Enumerable.Repeat(1.0, objectives)];
        for (var round = 0; round < 60; round++)
        {
            var points = Enumerable.Range(0, round % 13).Select(_ => Point()).ToList();
            var boxes = new NonDominatedBoxes(points, reference);
            for (var k = 0; k < 5; k++)
            {
                var point = Point();
                Assert.Equal(Hypervolume.Added(point, points, reference), Taken(boxes, point), 1e-12);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void No_place_lies_in_two_boxes_and_what_is_not_dominated_lies_in_one(int objectives)
    {
        var random = new SearchRandom(3);
        double[] Point() => [.. Enumerable.Range(0, objectives).Select(_ => random.NextDouble())];
        var points = Enumerable.Range(0, 20).Select(_ => Point()).ToList();
        var boxes = new NonDominatedBoxes(points, [.. Enumerable.Repeat(1.0, objectives)]);
        for (var k = 0; k < 1000; k++)
        {
            var place = Point();
            var dominated = points.Exists(point => Dominance.Dominates(point, place));
            Assert.Equal(dominated ? 0 : 1, Enumerable.Range(0, boxes.Count).Count(box => Holds(boxes, box, place)));
        }
    }

    /// <summary>On a plane no point dominates another: n + 1 and 2n + 1 boxes (Lacour et al. 2017).</summary>
    [Fact]
    public void There_are_as_few_boxes_as_there_can_be()
    {
        var random = new SearchRandom(5);
        for (var n = 1; n < 30; n++)
        {
            var line = Enumerable.Range(0, n).Select(_ => random.NextDouble()).Select(x => (double[])[x, 1 - x]);
            Assert.Equal(n + 1, new NonDominatedBoxes(line, [2, 2]).Count);
            var plane = Enumerable.Range(0, n).Select(_ => (X: random.NextDouble(), Y: random.NextDouble()))
                .Select(p => (double[])[p.X, p.Y, 2 - p.X - p.Y]);
            Assert.Equal((2 * n) + 1, new NonDominatedBoxes(plane, [3, 3, 3]).Count);
        }
    }

    private static double Taken(NonDominatedBoxes boxes, double[] point)
    {
        var sum = 0.0;
        for (var box = 0; box < boxes.Count; box++)
        {
            var volume = 1.0;
            for (var j = 0; j < point.Length; j++)
            {
                var (low, high) = Ends(boxes, box, j);
                volume *= Math.Max(0, high - Math.Max(low, point[j]));
            }

            sum += volume;
        }

        return sum;
    }

    private static bool Holds(NonDominatedBoxes boxes, int box, double[] place) =>
        Enumerable.Range(0, place.Length).All(j => Ends(boxes, box, j) is var (low, high)
            && place[j] >= low && place[j] < high);

    private static (double Low, double High) Ends(NonDominatedBoxes boxes, int box, int objective) =>
        (boxes.Bounds[objective][boxes.Low(box)[objective]], boxes.Bounds[objective][boxes.High(box)[objective]]);
}
