namespace TuneGraph;

/// <summary>One mistake in a sweep file, with its place.</summary>
/// <param name="File">The file's name as the caller gave it.</param>
/// <param name="Line">Line of the mistake, from 1.</param>
/// <param name="Column">Column of the mistake in that line, from 1, counted in UTF-16 units as editors do.</param>
/// <param name="Code">
/// Stable code of this kind of mistake, <c>TG0103</c> for instance; <c>docs/errors.md</c> lists all of them.
/// </param>
/// <param name="Message">What is wrong, what was found, what is allowed and the way out, on one line.</param>
public sealed record Diagnostic(string File, int Line, int Column, string Code, string Message)
{
    /// <summary>
    /// The form of compilers, which editors and build logs turn into a link: <c>sweep.yaml(9,5): error TG0103: …</c>.
    /// </summary>
    public override string ToString() => $"{File}({Line},{Column}): error {Code}: {Message}";
}
