namespace TuneGraph.Training;

/// <summary>The ranges that settings of several models share.</summary>
internal static class SettingRange
{
    public static Activation Known(string name, Activation value) => Enum.IsDefined(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "A member of Activation is needed.");

    public static double Share(string name, double value) => value is >= 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "It must lie in [0, 1).");

    public static int Whole(string name, int value, int low, int high) => value >= low && value <= high
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"It must lie between {low} and {high}.");

    public static double Positive(string name, double value) => value > 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "It must be finite and above 0.");
}
