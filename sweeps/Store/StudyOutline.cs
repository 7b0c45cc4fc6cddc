using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>A study whose log is an outline: of each trial's steps the last alone.</summary>
/// <param name="Study">The study; its log is the outline.</param>
/// <param name="Places">Where in the whole log each of these events stands, from 0.</param>
internal sealed record StudyOutline(StoredStudy Study, ImmutableArray<int> Places)
{
    /// <summary>How many events the whole log has.</summary>
    public int Length => Places.IsEmpty ? 0 : Places[^1] + 1;

    /// <summary>The outline of a study that was read as a whole.</summary>
    public static StudyOutline Of(StoredStudy study)
    {
        var last = new Dictionary<int, int>();
        foreach (var (place, logged) in study.Log.Index())
        {
            if (logged.Event is StepReported step)
                last[step.Number] = place;
        }

        ImmutableArray<int> places =
        [
            .. study.Log.Index().Where(item => item.Item.Event is not StepReported step
                || last[step.Number] == item.Index).Select(item => item.Index),
        ];
        return new StudyOutline(study with { Log = [.. places.Select(place => study.Log[place])] }, places);
    }
}
