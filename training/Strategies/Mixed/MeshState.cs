using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// Whole tensors out of what the ranks of a mesh hold of them, so that a checkpoint is the one that any other training
/// of the same model writes and takes.
/// </summary>
/// <param name="whole">All tensors of the model.</param>
/// <param name="own">What this rank holds.</param>
/// <param name="mesh">Its place.</param>
/// <param name="group">All ranks.</param>
internal sealed unsafe class MeshState<T>(ArenaPlan whole, ArenaPlan own, Mesh mesh, ProcessGroup group)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The tensors of the model and its optimizer, the same on all ranks; a collective.</summary>
    public List<SafeTensor> Capture(ModelStage<T> stage, Optimizer<T> optimizer)
    {
        List<SafeTensor> tensors =
        [
            .. Whole("", whole.Parameters, own.Parameters, stage.Parameters),
            .. Whole("", whole.Statistics, own.Statistics, stage.Statistics),
        ];
        foreach (var (name, values) in optimizer.States)
            tensors.AddRange(Whole(Prefix(name), whole.Parameters, own.Parameters, values));
        return tensors;
    }

    /// <summary>Takes this rank's part of them.</summary>
    public void Restore(Checkpoint start, ModelStage<T> stage, Optimizer<T> optimizer)
    {
        ParameterTensors.Load(start.File, "", own.Parameters, stage.Parameters);
        ParameterTensors.Load(start.File, "", own.Statistics, stage.Statistics);
        foreach (var (name, values) in optimizer.States)
            ParameterTensors.Load(start.File, Prefix(name), own.Parameters, values);
        optimizer.Steps = start.Steps;
    }

    private static string Prefix(string state) => $"optimizer.{state}.";

    private IEnumerable<SafeTensor> Whole(
        string prefix, ImmutableArray<TensorPlace> all, ImmutableArray<TensorPlace> held, DeviceArray<T> arena)
    {
        var places = held.ToDictionary(place => place.Name, StringComparer.Ordinal);
        foreach (var tensor in all)
        {
            var values = new T[tensor.Count];
            if (places.TryGetValue(tensor.Name, out var place) && IsGiver(place))
                place.Get(arena.Span, values);
            Join(values);
            yield return SafeTensor.Create<T>(prefix + tensor.Name, tensor.Shape, values);
        }
    }

    /// <summary>Each element has one giver, who is one of those that hold it.</summary>
    private bool IsGiver(TensorPlace place) => mesh.Data == 0 && (mesh.Part == 0 || place.Slice is not null);

    /// <summary>All but one rank have zeros where one has a value: the sum of the bits is the value's.</summary>
    private void Join(Span<T> values)
    {
        if (sizeof(T) == sizeof(long))
            group.AllReduce(MemoryMarshal.Cast<T, long>(values));
        else
            group.AllReduce(MemoryMarshal.Cast<T, int>(values));
    }
}
