namespace TuneGraph.Search;

/// <summary>
/// Makes every sampler keep a space's rules: a proposal that breaks one is asked for anew a few times, with fresh
/// chance, and repaired then. Samplers that know the rules themselves do better, and lose nothing by this.
/// </summary>
internal static class RuledSuggestion
{
    private const int MostTries = 8;

    public static TrialProposal? From(
        Sampler sampler, SearchSpace space, StudyHistory history, SearchRandom random)
    {
        var proposal = sampler.Propose(space, history, random);
        for (var tries = 1; proposal is not null && tries < MostTries && !space.Allows(proposal.Configuration); tries++)
        {
            var next = sampler.Propose(space, history, random);
            if (next is null || next.Equals(proposal))
                break; // it has nothing else to say
            proposal = next;
        }

        return proposal is null ? null : proposal with { Configuration = space.Repair(proposal.Configuration) };
    }
}
