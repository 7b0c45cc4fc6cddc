namespace TuneGraph.Tests.Sweeps;

/// <summary>Methods that tests call by name.</summary>
public static class Numbers
{
    public static async Task<double[]> Load(int count, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return [.. Enumerable.Range(0, count).Select(value => (double)value)];
    }

    public static double[] Scale(double[] values, double factor = 2) => Array.ConvertAll(values, v => v * factor);

    public static double Sum(IReadOnlyList<double[]> parts) => parts.Sum(part => part.Sum());

    public static ValueTask<int> LaterAsync(int value) => ValueTask.FromResult(value);

    public static void Nothing()
    {
    }

    public static int Fail(string why) => throw new FormatException(why);

    public static T Generic<T>(T value) => value;
}
