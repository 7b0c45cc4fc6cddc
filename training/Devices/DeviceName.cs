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
    private readonly string? _kind;

    private DeviceName(string kind, int? index) => (_kind, Index) = (kind, index);

    /// <summary>The part before the colon.</summary>
    public string Kind => _kind ?? "cpu";

    /// <summary>Which device of the kind, from 0; null to let each rank take the next one.</summary>
    public int? Index { get; }

    /// <summary>Reads a name.</summary>
    /// <param name="text">One of the forms above.</param>
    /// <exception cref="FormatException">It is none of them; the message says which there are.</exception>
    public static DeviceName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(':');
        if (_kinds.Contains(parts[0], StringComparer.Ordinal))
        {
            if (parts.Length == 1)
                return new DeviceName(parts[0], null);
            if (parts.Length == 2 && parts[0] is "cuda" or "opencl"
                && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                return new DeviceName(parts[0], index);
            }
        }
        var near = NearestName.Of(parts[0], _kinds);
        throw new FormatException($"'{text}' names no device{(near is null ? "" : $"; did you mean '{near}'?")} Names are "
            + "auto, cpu, cuda, cuda:0, opencl, opencl:0 and simulator; any number may follow the colon.");
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Index is { } index ? string.Create(CultureInfo.InvariantCulture, $"{Kind}:{index}") : Kind;
}
