namespace TuneGraph.Tests.Sidecar;

/// <summary>What has gone through a topic's broker.</summary>
/// <param name="Published">Messages in.</param>
/// <param name="PublishedBytes">Their payload.</param>
/// <param name="Delivered">Messages out, repetitions among them.</param>
/// <param name="DeliveredBytes">Their payload.</param>
/// <param name="Lost">Messages that were never delivered.</param>
/// <param name="Duplicated">Messages that were delivered twice.</param>
/// <param name="Reordered">Messages that came after the one behind them.</param>
public readonly record struct BrokerCounts(
    long Published, long PublishedBytes, long Delivered, long DeliveredBytes, long Lost, long Duplicated,
    long Reordered);
