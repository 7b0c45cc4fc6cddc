using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>What somebody notes about a study or a trial.</summary>
/// <param name="Trial">The trial; null for the study as a whole.</param>
/// <param name="Note">Free text; null for none.</param>
/// <param name="Tags">Words to find it by; none where there are none.</param>
internal sealed record NoteRequest(int? Trial, string? Note, ImmutableArray<string>? Tags)
{
    /// <summary>The remark that it stands for.</summary>
    /// <exception cref="FleetException">It cannot be kept: what is wrong with it.</exception>
    public Remark Remark
    {
        get
        {
            try
            {
                return new Remark(Trial, Note ?? "", Tags ?? []);
            }
            catch (ArgumentException e)
            {
                throw new FleetException(FleetCode.BadRequest, e.Message);
            }
        }
    }
}
