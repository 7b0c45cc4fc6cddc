namespace TuneGraph.Search;

/// <summary>Points that fill the unit cube evenly, each coordinate computed from its index alone.</summary>
internal abstract class PointSequence : LogIndex
{
    /// <summary>A coordinate of one point, in [0, 1).</summary>
    public abstract double At(int dimension, long index);

    /// <summary>Point number <see cref="StudyHistory.Number"/>, a dimension for each parameter of the space.</summary>
    public Configuration Suggest(SearchSpace space, StudyHistory history)
    {
        // A trial that is already there asks for one more parameter: it gets a sequence of its own, in an order of its
        // own, since all that is known of it is its name.
        var alone = history.Number < history.Trials.Count;
        var values = new ParameterValue?[space.Parameters.Length];
        for (var place = 0; place < values.Length; place++)
        {
            if (!space.IsActive(place, values))
                continue;
            var parameter = space.Parameters[place];
            var u = alone ? Alone(history, parameter.Name) : At(place, history.Number);
            values[place] = parameter.Distribution.Decode(u);
        }

        return space.Assemble(values);
    }

    /// <summary>The points do not depend on what has happened.</summary>
    protected override void Apply(StudyEvent @event)
    {
    }

    private static double Alone(StudyHistory history, string name)
    {
        var random = SearchRandom.For(history.Seed, 0, $"points of {name}");
        var index = OwenScrambling.Shuffle((ulong)history.Number, random.NextUInt64());
        return SobolSequence.Fraction(OwenScrambling.Scramble(SobolSequence.Point(0, index), random.NextUInt64()));
    }
}
