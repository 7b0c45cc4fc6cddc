namespace TuneGraph.Tests.Repository;

/// <summary>A place that breaks a rule.</summary>
internal sealed record Finding(string File, int Line, string Actual, string Allowed)
{
    public override string ToString() => $"{File}:{Line}: {Actual}; allowed: {Allowed}";

    public static void AssertNone(IEnumerable<Finding> findings)
    {
        var found = findings.ToList();
        if (found.Count > 0)
            Assert.Fail($"{found.Count} places break this rule.\n{string.Join('\n', found)}");
    }
}
