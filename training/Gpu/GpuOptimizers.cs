using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>Launches the update rules, each over the whole arena at once.</summary>
internal sealed unsafe class GpuOptimizers(GpuSession owner) : IDisposable
{
    /// <summary>Groups that sum squares: each thread that needs the sum adds their parts.</summary>
    private const int MostParts = 32;

    private readonly DeviceArray<double> _sums = owner.Take<double>(2 * MostParts);

    public void Sgd(float* w, float* g, float* v, nint count, OptimizerSpec spec, double rate) =>
        owner.Each(owner.Code.Sgd, count / 4, Of(w, g, v, null, count, spec, rate) with
        {
            Beta1 = (float)spec.Momentum,
            Nesterov = spec.Nesterov ? 1 : 0,
        });

    public void Adagrad(float* w, float* g, float* s, nint count, OptimizerSpec spec, double rate) =>
        owner.Each(owner.Code.Adagrad, count / 4, Of(w, g, s, null, count, spec, rate));

    public void RmsProp(float* w, float* g, float* v, nint count, OptimizerSpec spec, double rate) =>
        owner.Each(owner.Code.RmsProp, count / 4, Of(w, g, v, null, count, spec, rate) with
        {
            Beta2 = (float)spec.Decay,
            Rest2 = (float)(1 - spec.Decay),
        });

    public void Adam(
        float* w, float* g, float* m, float* v, nint count, OptimizerSpec spec, double rate, long step)
    {
        var decoupled = spec.Kind == OptimizerKind.AdamW;
        owner.Each(owner.Code.Adam, count / 4, Of(w, g, m, v, count, spec, rate) with
        {
            Decay = decoupled ? 0 : (float)spec.WeightDecay,
            Keep = decoupled ? (float)(1 - (rate * spec.WeightDecay)) : 1,
            NegativeRate = (float)(-rate / (1 - Math.Pow(spec.Beta1, step))),
            Correction2 = (float)(1 / Math.Sqrt(1 - Math.Pow(spec.Beta2, step))),
        });
    }

    public void Lion(float* w, float* g, float* m, nint count, OptimizerSpec spec, double rate) =>
        owner.Each(owner.Code.Lion, count / 4, Of(w, g, m, null, count, spec, rate) with
        {
            Keep = (float)(1 - (rate * spec.WeightDecay)),
        });

    public void Lamb(
        float* w, float* g, float* m, float* v, nint count, ImmutableArray<ArenaRange> tensors, OptimizerSpec spec,
        double rate, long step)
    {
        LambDirection(w, g, m, v, count, spec, step);
        foreach (var (start, length) in tensors)
        {
            var parts = Parts(length);
            SumSquares(w + start, length, parts, _sums.Pointer);
            SumSquares(g + start, length, parts, _sums.Pointer + parts);
            owner.Each(
                owner.Code.LambStep, length / 4, Of(w + start, g + start, null, null, length, spec, rate) with
                {
                    Sums = owner.View(_sums.Pointer, 2 * parts),
                });
        }
    }

    public void LambDirection(float* w, float* g, float* m, float* v, nint count, OptimizerSpec spec, long step) =>
        owner.Each(owner.Code.LambDirection, count / 4, Of(w, g, m, v, count, spec, 0) with
        {
            Correction1 = (float)(1 / (1 - Math.Pow(spec.Beta1, step))),
            Correction2 = (float)(1 / Math.Sqrt(1 - Math.Pow(spec.Beta2, step))),
        });

    /// <summary>Waits for the sum.</summary>
    public double SumOfSquares(float* values, nint count)
    {
        var parts = Parts(count);
        SumSquares(values, count, parts, _sums.Pointer);
        _sums.Download();
        var sum = 0.0;
        foreach (var part in _sums.Span[..parts])
            sum += part;
        return sum;
    }

    public void ClipNorm(float* gradient, nint count, double limit)
    {
        var parts = Parts(count);
        SumSquares(gradient, count, parts, _sums.Pointer);
        owner.Each(owner.Code.Clip, count / 4, None() with
        {
            G = owner.Exact(gradient, count),
            Sums = owner.View(_sums.Pointer, parts),
            Quads = (int)(count / 4),
            Limit = limit,
        });
    }

    public void Dispose() => _sums.Dispose();

    private void SumSquares(float* values, nint count, int parts, double* sums) =>
        owner.EachGroup(owner.Code.SumSquares, parts, None() with
        {
            G = owner.Exact(values, count),
            Sums = owner.View(sums, parts),
            Quads = (int)(count / 4),
        }, Block.MostThreads);

    private int Parts(nint count) => (int)Math.Clamp(owner.Groups(count / 4), 1, MostParts);

    private OptimizerArguments Of(
        float* w, float* g, float* m, float* v, nint count, OptimizerSpec spec, double rate) => None() with
        {
            W = owner.Exact(w, count),
            G = owner.Exact(g, count),
            M = m == null ? owner.Nothing : owner.Exact(m, count),
            V = v == null ? owner.Nothing : owner.Exact(v, count),
            Quads = (int)(count / 4),
            NegativeRate = (float)-rate,
            Keep = 1,
            Decay = (float)spec.WeightDecay,
            Beta1 = (float)spec.Beta1,
            Rest1 = (float)(1 - spec.Beta1),
            Beta2 = (float)spec.Beta2,
            Rest2 = (float)(1 - spec.Beta2),
            Epsilon = (float)spec.Epsilon,
        };

    private OptimizerArguments None()
    {
        var nothing = owner.Nothing;
        return new OptimizerArguments
        {
            W = nothing,
            G = nothing,
            M = nothing,
            V = nothing,
            Sums = nothing.Cast<double>(),
        };
    }
}
