namespace TuneGraph.Scheduler;

/// <summary>Which printed lines somebody asks for.</summary>
/// <param name="Trial">Only those of a trial.</param>
/// <param name="Task">Only those of a task.</param>
/// <param name="Attempt">Only those of the attempts of this number.</param>
/// <param name="Rank">Only those of a rank.</param>
/// <param name="Search">Only those that contain this, in capitals or not.</param>
/// <param name="After">Only those behind this place.</param>
/// <param name="Errors">Only what went to the standard error.</param>
/// <param name="Oldest">Whether of more than the limit the oldest are wanted; else the newest.</param>
/// <param name="Limit">So many at most, from 1 to 1000.</param>
internal sealed record PrintedRequest(
    int? Trial,
    string? Task,
    int? Attempt,
    int? Rank,
    string? Search,
    long After = 0,
    bool Errors = false,
    bool Oldest = false,
    int Limit = PrintedQuery.MostAtOnce)
{
    /// <summary>The same for a store.</summary>
    /// <exception cref="FleetException">The limit is none.</exception>
    public PrintedQuery ToQuery() =>
        Limit is >= 1 and <= PrintedQuery.MostAtOnce
            ? new PrintedQuery
            {
                Trial = Trial,
                TaskKey = Task,
                Attempt = Attempt,
                Rank = Rank,
                Text = string.IsNullOrEmpty(Search) ? null : Search,
                After = After,
                ErrorsOnly = Errors,
                OldestFirst = Oldest,
                Most = Limit,
            }
            : throw new FleetException(
                FleetCode.BadRequest,
                $"'limit' is {Limit}; ask for 1 to {PrintedQuery.MostAtOnce} lines at once, and for those behind them "
                    + "by 'after' with the 'place' of the last.");
}
