namespace TuneGraph.Training;

/// <summary>What a network must know about ranks that divide gradients and optimizer among them.</summary>
/// <param name="LayerWidth">Every layer starts at a multiple of it, so that whole panels can be dealt out.</param>
/// <param name="Windows">Whether gradients are divided too, and not only the optimizer's state.</param>
/// <param name="WindowLength">Elements at which a window of gradients is closed.</param>
internal sealed record ShardingOptions(int LayerWidth, bool Windows, int WindowLength);
