namespace TuneGraph.Tests.Sweeps.Store;

public sealed class MemoryStudyStoreTests : StoreOutlineConformance
{
    protected override StudyStore Open() => new MemoryStudyStore();

    protected override StudyStore Reopened() => Store;
}
