using System.Collections.Immutable;

namespace TuneGraph.Tests.Repository;

/// <summary>The files of this repository as a clean clone has them: what <c>.gitignore</c> names is left out.</summary>
internal static class Checkout
{
    private static readonly string[] _outside = ["tests/", "benchmarks/", "examples/"];

    /// <summary>All text files, by path.</summary>
    public static ImmutableArray<TextFile> Files { get; } = Read();

    /// <summary>All C# files.</summary>
    public static ImmutableArray<SourceFile> Sources { get; } =
        [.. WithEnding(".cs").Select(file => new SourceFile(file))];

    /// <summary>The C# files that become part of the product.</summary>
    public static ImmutableArray<SourceFile> Product { get; } =
        [.. Sources.Where(source => IsProduct(source.Path))];

    public static bool IsProduct(string path) =>
        !_outside.Any(folder => path.StartsWith(folder, StringComparison.Ordinal));

    public static IEnumerable<TextFile> WithEnding(string ending) =>
        Files.Where(file => file.Path.EndsWith(ending, StringComparison.Ordinal));

    public static string PathOf(string relative) => RepositoryRoot.Of(relative);

    public static TextFile File(string path) =>
        Files.FirstOrDefault(file => file.Path == path)
        ?? throw new FileNotFoundException($"The repository has no '{path}'; it must.");

    private static ImmutableArray<TextFile> Read()
    {
        var ignored = Patterns(".gitignore").ToList();
        var binary = Patterns(".gitattributes")
            .Where(line => line.EndsWith(" binary", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[0])
            .ToList();
        return
        [
            .. Walk(new DirectoryInfo(RepositoryRoot.Path), ignored)
                .Where(file => !binary.Any(pattern => Matches(pattern, file.Name)))
                .Select(file => new TextFile(
                    Path.GetRelativePath(RepositoryRoot.Path, file.FullName).Replace('\\', '/'),
                    System.IO.File.ReadAllLines(file.FullName)))
                .OrderBy(file => file.Path, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<string> Patterns(string file) =>
        System.IO.File.ReadAllLines(PathOf(file)).Where(line => line.Length > 0 && line[0] != '#');

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder, IReadOnlyList<string> ignored)
    {
        foreach (var file in folder.EnumerateFiles())
        {
            // In a work tree of its own, ".git" is a file that says where the repository lies.
            if (file.Name != ".git" && !ignored.Any(pattern => Matches(pattern, file.Name)))
                yield return file;
        }

        foreach (var child in folder.EnumerateDirectories())
        {
            if (child.Name == ".git" || ignored.Any(pattern => Matches(pattern, child.Name + '/')))
                continue;
            foreach (var file in Walk(child, ignored))
                yield return file;
        }
    }

    /// <summary>The two forms that our ignore file uses: a name, and <c>*</c> with an ending.</summary>
    private static bool Matches(string pattern, string name) =>
        pattern.StartsWith('*') ? name.EndsWith(pattern[1..], StringComparison.Ordinal) : name == pattern;
}
