using System.Globalization;

namespace TuneGraph.Training;

/// <summary>
/// Decides from measured step times how closely ranks should wait for each other, with hysteresis: up at one threshold,
/// back at a lower one, each only after some epochs that agree. Pure but for what it remembers of the last epochs.
/// </summary>
/// <param name="options">Thresholds.</param>
/// <param name="mode">Where it begins.</param>
public sealed class StragglerPolicy(StragglerOptions options, SyncMode mode = SyncMode.Synchronous)
{
    private SyncMode _wanted = mode;
    private int _agreed;

    /// <summary>The mode now.</summary>
    public SyncMode Mode { get; private set; } = mode;

    /// <summary>Takes in an epoch; says why the mode changes, or null if it stays.</summary>
    /// <param name="variation">Variation of the epoch's step times over all ranks.</param>
    public string? Observe(double variation)
    {
        var wanted = Wanted(variation);
        _agreed = wanted == Mode ? 0 : wanted == _wanted ? _agreed + 1 : 1;
        _wanted = wanted;
        if (_agreed < options.Patience)
            return null;
        var up = wanted > Mode;
        var threshold = up ? Above(wanted) : options.BackBelow * Above(Mode);
        _agreed = 0;
        Mode = wanted;
        return string.Create(CultureInfo.InvariantCulture,
            $"step times vary by {variation:P0}, {(up ? "above" : "below")} {threshold:P0} for {options.Patience} "
            + $"epoch{(options.Patience == 1 ? "" : "s")}: {Words(wanted)}");
    }

    private SyncMode Wanted(double variation)
    {
        var highest = Enum.GetValues<SyncMode>().Where(IsAllowed).Last(mode => variation > Above(mode));
        if (highest >= Mode)
            return highest;
        // Down by one place at a time, and only well below the threshold that led here.
        return variation < options.BackBelow * Above(Mode)
            ? Enum.GetValues<SyncMode>().Where(IsAllowed).Last(mode => mode < Mode)
            : Mode;
    }

    private bool IsAllowed(SyncMode mode) => options.MayBeStale || mode != SyncMode.BoundedStaleness;

    private double Above(SyncMode mode) => mode switch
    {
        SyncMode.Synchronous => double.NegativeInfinity,
        SyncMode.BoundedStaleness => options.StalenessAbove,
        _ => options.LocalAbove,
    };

    private static string Words(SyncMode mode) => mode switch
    {
        SyncMode.Synchronous => "every step waits for all ranks again",
        SyncMode.BoundedStaleness => "from now on with bounded staleness",
        _ => "from now on with local steps",
    };
}
