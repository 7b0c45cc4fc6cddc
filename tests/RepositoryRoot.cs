namespace TuneGraph.Tests;

/// <summary>The folder of the repository that these tests were built from.</summary>
public static class RepositoryRoot
{
    public static string Path { get; } = Find();

    public static string Of(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find()
    {
        for (
            var folder = AppContext.BaseDirectory;
            folder is not null;
            folder = System.IO.Path.GetDirectoryName(folder)
        )
        {
            if (File.Exists(System.IO.Path.Combine(folder, "TuneGraph.sln")))
                return folder;
        }

        throw new InvalidOperationException($"No TuneGraph.sln above '{AppContext.BaseDirectory}'.");
    }
}
