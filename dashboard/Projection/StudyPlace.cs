namespace TuneGraph.Dashboard;

/// <summary>Where a study is kept.</summary>
/// <param name="Id">Its name in addresses: letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, unique on this
/// page.</param>
/// <param name="Name">Its name in its store.</param>
/// <param name="Store">The study file, or the connection string of the database.</param>
/// <param name="Folder">The output folder; null in a database.</param>
internal sealed record StudyPlace(string Id, string Name, string Store, string? Folder);
