namespace TuneGraph;

/// <summary>How many tasks of a <see cref="TaskRunner"/> stand where. Forgotten tasks don't count.</summary>
/// <param name="Waiting">For dependencies, or a back-off.</param>
/// <param name="Ready">For a thread.</param>
/// <param name="Running">At hand of a thread.</param>
/// <param name="Succeeded">With a result.</param>
/// <param name="Erred">Failed for good.</param>
/// <param name="Cancelled">By request, or with a dependency.</param>
/// <param name="Released">Finished, and no one needs the result any more.</param>
public readonly record struct TaskProgress(
    int Waiting, int Ready, int Running, int Succeeded, int Erred, int Cancelled, int Released);
