using System.Numerics;

namespace TuneGraph.Training;

/// <summary>
/// SCAFFOLD's estimates of the clients' gradients, c_i, and of their mean, c: Karimireddy et al. 2020, Algorithm 1.
/// </summary>
/// <param name="clients">Number of clients (N).</param>
/// <param name="length">Elements of the model.</param>
internal sealed class ControlVariates<T>(int clients, int length)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>c.</summary>
    public T[] Mean { get; } = new T[length];

    /// <summary>c_i, one after the other.</summary>
    public T[] All { get; } = new T[(long)clients * length];

    /// <summary>c - c_i.</summary>
    public T[] Correction(int client)
    {
        var correction = Mean.ToArray();
        ArenaArithmetic.AddScaled<T>(correction, Of(client), -1);
        return correction;
    }

    /// <summary>c_i becomes c_i - c + (x - y_i) / (K η_l): line 12, option II; c moves by its share: line 17.</summary>
    /// <param name="changes">The sampled clients, y_i - x of each, and K η_l.</param>
    public void Learn(IEnumerable<(int Client, T[] Change, double Rate)> changes)
    {
        var before = Mean.ToArray();
        foreach (var (client, change, rate) in changes)
        {
            var own = Of(client);
            var old = own.ToArray();
            ArenaArithmetic.AddScaled<T>(own, before, -1);
            ArenaArithmetic.AddScaled<T>(own, change.AsSpan(0, length), -1 / rate);
            ArenaArithmetic.AddScaled<T>(Mean, own, 1.0 / clients);
            ArenaArithmetic.AddScaled<T>(Mean, old, -1.0 / clients);
        }
    }

    private Span<T> Of(int client) => All.AsSpan(client * length, length);
}
