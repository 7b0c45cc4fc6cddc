using System.Collections.Immutable;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>Data files under their own names: the names tell how they are read.</summary>
internal static class DataFolder
{
    /// <summary>Places files in a folder, from artifacts that are there.</summary>
    /// <returns>Path of the first; null when there are none.</returns>
    /// <exception cref="FleetException">An artifact is not there, or a name is no plain file name.</exception>
    public static string? Place(string folder, ImmutableArray<ArtifactFile> files, ArtifactStore artifacts)
    {
        string? first = null;
        foreach (var file in files.IsDefault ? [] : files)
        {
            var path = PathOf(folder, file);
            first ??= path;
            if (File.Exists(path))
                continue;
            var content = artifacts.Find(file.Sha256)
                ?? throw new FleetException(
                    FleetCode.NoArtifact,
                    $"The data file '{file.Name}' ({file.Sha256}) is not here; upload it first, to "
                        + $"PUT /api/v1/artifacts/{file.Sha256}.");
            AtomicFile.Write(path, File.ReadAllBytes(content));
        }

        return first;
    }

    /// <summary>Where a file is placed.</summary>
    public static string PathOf(string folder, ArtifactFile file) =>
        file.Name.Length is > 0 and <= 255 && Path.GetFileName(file.Name) == file.Name && file.Name is not ("." or "..")
            ? Path.Combine(folder, "data", file.Name)
            : throw new FleetException(
                FleetCode.BadRequest, $"'{file.Name}' is no file name; give one without a folder.");

    /// <summary>The files of a data set, the one that is named first.</summary>
    public static IEnumerable<string> FilesOf(DataSpec data)
    {
        yield return data.Path;
        var labels = data.Path.Replace("idx3-ubyte", "idx1-ubyte", StringComparison.Ordinal)
            .Replace("images", "labels", StringComparison.Ordinal);
        if (labels != data.Path && File.Exists(labels))
            yield return labels;
    }
}
