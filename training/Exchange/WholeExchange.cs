using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>One sum of the whole gradient after the backward pass; none at all for one rank alone.</summary>
internal sealed class WholeExchange<T>(ProcessGroup group, Network<T> network, int passes) : GradientExchange<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PassSum<T> _passes = new(network.Kernels, network.Gradient, passes);

    public override DeviceArray<T> Gradient => network.Gradient;

    public override unsafe long Bytes => (Gradient.Length + _passes.Length) * sizeof(T);

    public override TrafficCounters Traffic => group.Traffic;

    public override void Begin(int pass, long step) { }

    public override void End(int pass)
    {
        if (!_passes.IsLast(pass))
        {
            _passes.Keep(pass);
            return;
        }
        _passes.AddTo(new ArenaRange(0, (int)Gradient.Length));
        if (group.WorldSize == 1)
            return;
        Gradient.Download();
        group.AllReduce(Gradient.Span);
        Gradient.Upload();
    }

    public override void Dispose() => _passes.Dispose();
}
