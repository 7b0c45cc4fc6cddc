namespace TuneGraph;

/// <summary>
/// Lets the number of a trial's ranks follow the room there is: at the beginning of each of its segments it gets more
/// ranks where few trials want the workers, and fewer where many do. The batch over all ranks is kept, so that only
/// rounding depends on it. For data-parallel training without compression, on workers.
/// </summary>
public sealed record ElasticSpec
{
    /// <summary>Fewest ranks of a trial, 1 to <see cref="Max"/>. Default 1.</summary>
    public int Min
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Min));
            field = value;
        }
    } = 1;

    /// <summary>Most ranks of a trial, 1 to 1,024.</summary>
    public required int Max
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Max));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024, nameof(Max));
            field = value;
        }
    }
}
