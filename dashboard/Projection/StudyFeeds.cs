using System.Collections.Concurrent;

namespace TuneGraph.Dashboard;

/// <summary>The studies of a source, each opened when it is first looked at.</summary>
internal sealed class StudyFeeds(StudySource source, TimeProvider time, OwnCost cost) : IDisposable
{
    private readonly ConcurrentDictionary<string, StudyFeed> _feeds = new(StringComparer.OrdinalIgnoreCase);

    public string Source => source.Name;

    /// <summary>Every study that is there now, with its feed.</summary>
    /// <exception cref="StoreException">The source cannot be read.</exception>
    public IReadOnlyList<(StudyPlace Place, StudyFeed Feed)> All() =>
        [.. source.Find().Select(place => (place, _feeds.GetOrAdd(place.Id, _ => Feed(place))))];

    /// <summary>A study by its name in addresses; null when there is none.</summary>
    /// <exception cref="StoreException">The source cannot be read.</exception>
    public StudyFeed? Find(string id)
    {
        if (_feeds.TryGetValue(id, out var feed))
            return feed;
        var found = All().Where(item => string.Equals(item.Place.Id, id, StringComparison.OrdinalIgnoreCase));
        return found.Select(item => item.Feed).FirstOrDefault();
    }

    private StudyFeed Feed(StudyPlace place) => new(place, source, cost, time);

    public void Dispose()
    {
        foreach (var feed in _feeds.Values)
            feed.Dispose();
    }
}
