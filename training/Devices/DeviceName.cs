using System.Globalization;

namespace TuneGraph.Training;

/// <summary>
/// Names a device, or a way to choose one: <c>cpu</c>; <c>cuda:0</c> or <c>opencl:0</c>, the first of its kind;
/// <c>cuda</c> or <c>opencl</c>, where each rank takes the next one; <c>auto</c>, the best kind there is (CUDA, else an
/// OpenCL GPU, else the CPU); <c>simulator</c>, which runs the accelerators' kernels on the CPU, very slowly, to test
/// them.
/// </summary>
public readonly record struct DeviceName
{
    /// <summary>The CPU, through its vector registers: the default.</summary>
    public static DeviceName Cpu { get; } = new("cpu", null);

    /// <summary>The best kind there is.</summary>
    public static DeviceName Auto { get; } = new("auto", null);

    private static readonly string[] _kinds = ["auto", "cpu", "cuda", "opencl", "simulator"];
    private readonly string? _kind;                        // null is the CPU, so that the default value is

    private DeviceName(string kind, int? index) => (_kind, Index) = (kind == "cpu" ? null : kind, index);

    /// <summary>The part before the colon.</summary>
    public string Kind => _kind ?? "cpu";

    /// <summary>Which device of the kind, from 0; null to let each rank take the next one.</summary>
    public int? Index { get; }

    /// <summary>Reads a name.</summary>
    /// <param name="text">One of the forms above.</param>
    /// <exception cref="FormatException">It is none of them; the message says which there are.</exception>
    public static DeviceName Parse(string text)
    {
        if (TryParse(text, out var name))
            return name;
        var near = NearestName.Of(text.Split(':')[0], _kinds);
        throw new FormatException($"'{text}' names no device{(near is null ? "" : $"; did you mean '{near}'?")} Names "
            + "are auto, cpu, cuda, cuda:0, opencl, opencl:0 and simulator; any number may follow the colon.");
    }

    /// <summary>Reads a name.</summary>
    /// <param name="text">One of the forms above, or anything else.</param>
    /// <param name="name">What it names.</param>
    /// <returns>Whether it is one of the forms.</returns>
    public static bool TryParse(string text, out DeviceName name)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(':');
        name = default;
        if (!_kinds.Contains(parts[0], StringComparer.Ordinal) || parts.Length > 2)
            return false;
        int? index = null;
        if (parts.Length == 2)
        {
            if (parts[0] is not ("cuda" or "opencl")
                || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }
            index = number;
        }
        name = new DeviceName(parts[0], index);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Index is { } index ? string.Create(CultureInfo.InvariantCulture, $"{Kind}:{index}") : Kind;
}
