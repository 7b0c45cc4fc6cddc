using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace TuneGraph.Tests.Sweeps;

/// <summary>Whatever the text, the answer is a sweep or a list of mistakes.</summary>
public sealed class SweepFuzzTests : IDisposable
{
    /// <summary>Pieces that break YAML, types and references in many ways.</summary>
    private static string[] Pieces { get; } =
    [
        "", " ", "\n", "\t", ":", "-", "[", "]", "{", "}", "'", "\"", "#", "&a", "*a", "!!int", "|", ">", "?", "%", "@",
        "<<: ", "---\n", "...\n", "\0", "\uFEFF", "\u2028", "\\", "ä", "\r",
        "~", "null", "true", "-1", "0", "1e999", ".nan", ".inf", "99999999999999999999", "$", "$lr", "$nobody",
        "tpe", "sgd", "[]", "{}", "[1, 1]", "{lr: 1}", "{type: int, low: 3, high: 1}",
        "{type: int, low: 0, high: 9, when: {momentum: 1}}",
        "{min: 1, max: 3}", "{values: [1, 2], probabilities: [1, 3]}", "{distribution: q_normal, mu: 1e300, q: 1e-9}",
        "{parameters: {a: {value: 1}, b: {parameters: {}}}}", "when: layers > 2 and ", "'not optimizer == \"sgd\"'",
        "require: [layers < 3]", "forbid: [{layers: 2}, lr + dropout > 0.4]",
        "{type: float, low: 0, high: 1e308, step: 1e-300}", "{type: categorical, choices: [1, relu, true]}",
    ];

    private static string[] Lines { get; } = SweepSample.Text.Split('\n');

    private readonly string _folder = Directory.CreateTempSubdirectory("fuzz").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static Arbitrary<string> SpoiltSweeps() =>
        Arb.From(
            from edits in Gen.NonEmptyListOf(
                from kind in Gen.Choose(0, 6)
                from place in Gen.Choose(0, SweepSample.Text.Length)
                from length in Gen.Choose(0, 12)
                from piece in Gen.Elements(Pieces)
                select (kind, place, length, piece))
            select edits.Take(6).Aggregate(
                SweepSample.Text, (text, edit) => Spoil(text, edit.kind, edit.place, edit.length, edit.piece)));

    [Property(MaxTest = 2000, Arbitrary = [typeof(SweepFuzzTests)])]
    public void A_spoilt_sweep_is_a_sweep_or_a_list_of_mistakes(string text) =>
        AssertAnswer(() => SweepSample.Read(text));

    [Property(MaxTest = 500)]
    public void Random_bytes_are_a_list_of_mistakes(byte[] bytes)
    {
        var path = Path.Combine(_folder, "random.yaml");
        File.WriteAllBytes(path, bytes);

        Assert.NotEmpty(Assert.Throws<SweepFileException>(() => SweepFile.Load(path)).Diagnostics);
    }

    [Property(MaxTest = 500)]
    public void A_sweep_with_random_bytes_in_it_is_a_sweep_or_a_list_of_mistakes(
        NonEmptyArray<byte> noise, NonNegativeInt at)
    {
        var bytes = Encoding.UTF8.GetBytes(SweepSample.Text);
        noise.Get.CopyTo(bytes, at.Get % (bytes.Length - Math.Min(noise.Get.Length, bytes.Length - 1)));
        var path = Path.Combine(_folder, "noise.yaml");
        File.WriteAllBytes(path, bytes);

        AssertAnswer(() => SweepFile.Load(path));
    }

    private static void AssertAnswer(Func<SweepSpec> read)
    {
        try
        {
            Assert.NotNull(read().Space);
        }
        catch (SweepFileException exception)
        {
            Assert.NotEmpty(exception.Diagnostics);
            Assert.All(exception.Diagnostics, found =>
            {
                Assert.True(found is { Line: >= 1, Column: >= 1 }, found.ToString());
                Assert.DoesNotContain('\n', found.Message);
            });
        }
    }

    private static string Spoil(string text, int kind, int place, int length, string piece)
    {
        var at = Math.Min(place, text.Length);
        var line = Lines[place % (Lines.Length - 1)]; // all but the empty last one
        return kind switch
        {
            0 => text.Insert(at, piece),
            1 => text.Remove(at, Math.Min(length, text.Length - at)),
            2 => text[..at],
            3 => text.Insert(at, line + "\n"),
            4 => text.Replace(line, WithValue(line, piece), StringComparison.Ordinal),
            5 => text.Replace(SomeValue(place), piece, StringComparison.Ordinal),
            _ => text.Remove(at, Math.Min(length, text.Length - at)).Insert(at, piece),
        };
    }

    /// <summary>The line with another value after its first colon.</summary>
    private static string WithValue(string line, string value) =>
        line.IndexOf(": ", StringComparison.Ordinal) is >= 0 and var colon ? line[..(colon + 2)] + value : line;

    /// <summary>A word that stands as a value somewhere in the sweep.</summary>
    private static string SomeValue(int place)
    {
        var values = SweepSample.Text.Split(": ").Skip(1).Select(rest => rest.Split(',', '}', '\n')[0]).ToArray();
        return values[place % values.Length];
    }
}
