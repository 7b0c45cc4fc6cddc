namespace TuneGraph;

/// <summary>Collects what is wrong with one file.</summary>
internal sealed class Findings(string file)
{
    private const int Most = 100;

    private readonly List<Diagnostic> _found = [];

    /// <summary>How many there are, the ones beyond the hundredth included.</summary>
    public int Count { get; private set; }

    /// <summary>Keeps a finding; the first hundred are more than anybody reads.</summary>
    public void Add(Place place, string code, string message)
    {
        Count++;
        if (Count <= Most)
            _found.Add(new Diagnostic(file, place.Line, place.Column, code, message));
    }

    /// <summary>Ends the reading with everything found so far, in the order of the file.</summary>
    public void ThrowIfAny()
    {
        if (Count > 0)
            throw ToException();
    }

    public SweepFileException ToException() =>
        new([.. _found.OrderBy(found => found.Line).ThenBy(found => found.Column)]);
}
