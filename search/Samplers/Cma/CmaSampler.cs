namespace TuneGraph.Search;

/// <summary>
/// CMA-ES: draws trials from a normal distribution and moves and shapes it after each generation (Hansen, arXiv
/// 1604.00772v2, with active update), with the margin of Hamano et al. (arXiv 2205.13482) for stepped parameters,
/// CatCMA's distributions (Hamano et al., arXiv 2405.09962) for categorical ones, a warm start (Nomura et al., arXiv
/// 2012.06932) and restarts. For mostly numeric spaces and hundreds of trials or more.
/// </summary>
/// <remarks>
/// Its state follows from the study's log alone: a trial belongs to it if it is what would have been drawn there. A
/// generation is full when as many trials have a verdict as the population counts, whichever they are, so parallel
/// trials never wait for each other; a trial drawn for an earlier generation, or enqueued, is pulled towards the mean
/// (Hansen, arXiv 1110.4181) before it is learnt from. Pruned and paused trials rank behind completed ones, infeasible
/// ones last, and failed ones are ignored. Inactive parameters are drawn too, so that selection passes them over.
/// Trials told before its first own serve as a warm start. A define-by-run trial's further parameters are drawn at
/// random.
/// </remarks>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class CmaSampler(CmaOptions? options = null) : Sampler
{
    /// <summary>The settings.</summary>
    public CmaOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public override string Name => "cmaes";

    /// <inheritdoc/>
    public override Configuration Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(random);
        return history.Number < history.Trials.Count
            ? space.Build(parameter => RandomSampler.Draw(parameter.Distribution, random))
            : history.Index(this, _ => new CmaIndex(Options)).In(space, history).Suggest(history.Number);
    }

    /// <summary>Holds the fold, and makes it anew when trials of a define-by-run study share another space.</summary>
    private sealed class CmaIndex(CmaOptions options) : LogIndex
    {
        private CmaSearch? _search;

        public CmaSearch In(SearchSpace space, StudyHistory history)
        {
            if (_search is not null && ReferenceEquals(_search.Space, space))
                return _search;
            _search = new(options, space, history);
            foreach (var @event in history.Log)
                _search.Apply(@event);
            return _search;
        }

        protected override void Apply(StudyEvent @event) => _search?.Apply(@event);
    }
}
