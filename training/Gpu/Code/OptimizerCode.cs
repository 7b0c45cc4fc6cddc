using ILGPU;

namespace TuneGraph.Training;

/// <summary>Parameters w, gradients g, state m and v, and the rule's constants; each thread takes four elements.</summary>
internal struct OptimizerArguments
{
    public ArrayView<float> W, G, M, V;

    /// <summary>Sums of squares: one number a group.</summary>
    public ArrayView<double> Sums;
    public int Quads, Nesterov;

    /// <summary>-η, what stays of w, λ, β₁, 1 - β₁, β₂, 1 - β₂, ε and the corrections of both means.</summary>
    public float NegativeRate, Keep, Decay, Beta1, Rest1, Beta2, Rest2, Epsilon, Correction1, Correction2;
    public double Limit;

    /// <summary>Of LAMB: a tensor's place in W and G.</summary>
    public int Start;
}

/// <summary>What <see cref="OptimizerKernels{T, V, S}"/> does, on a device: one pass over the whole arena.</summary>
internal static class OptimizerCode
{
    public static void Sgd(OptimizerArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Quads)
            return;
        ArrayView<Float4> w4 = a.W.Cast<Float4>(), v4 = a.M.Cast<Float4>();
        Float4 w = w4[i], g = (a.Decay * w) + a.G.Cast<Float4>()[i], v = Flush((a.Beta1 * v4[i]) + g);
        v4[i] = v;
        w4[i] = (a.NegativeRate * (a.Nesterov != 0 ? (a.Beta1 * v) + g : v)) + w;
    }

    public static void Adam(OptimizerArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Quads)
            return;
        var w4 = a.W.Cast<Float4>();
        var w = w4[i];
        Means(a, i, (a.Decay * w) + a.G.Cast<Float4>()[i], out var m, out var v);
        var ratio = Over(m, (a.Correction2 * Sqrt(v)) + Float4.Of(a.Epsilon));
        w4[i] = (a.NegativeRate * ratio) + (a.Keep * w);
    }

    public static void Adagrad(OptimizerArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Quads)
            return;
        ArrayView<Float4> w4 = a.W.Cast<Float4>(), s4 = a.M.Cast<Float4>();
        Float4 w = w4[i], g = (a.Decay * w) + a.G.Cast<Float4>()[i], s = (g * g) + s4[i];
        s4[i] = s;
        w4[i] = (a.NegativeRate * Over(g, Sqrt(s) + Float4.Of(a.Epsilon))) + w;
    }

    public static void RmsProp(OptimizerArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Quads)
            return;
        ArrayView<Float4> w4 = a.W.Cast<Float4>(), v4 = a.M.Cast<Float4>();
        Float4 w = w4[i], g = (a.Decay * w) + a.G.Cast<Float4>()[i], v = Flush((a.Beta2 * v4[i]) + (a.Rest2 * g * g));
        v4[i] = v;
        w4[i] = (a.NegativeRate * Over(g, Sqrt(v) + Float4.Of(a.Epsilon))) + w;
    }

    public static void Lion(OptimizerArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Quads)
            return;
        ArrayView<Float4> w4 = a.W.Cast<Float4>(), m4 = a.M.Cast<Float4>();
        Float4 g = a.G.Cast<Float4>()[i], m = m4[i], blend = (a.Beta1 * m) + (a.Rest1 * g);
        // A sign would swallow a NaN, which has to show in the loss.
        w4[i] = (a.Keep * w4[i]) + (a.NegativeRate * Sign(blend)) + (blend - blend);
        m4[i] = Flush((a.Beta2 * m) + (a.Rest2 * g));
    }

    public static void LambDirection(OptimizerArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Quads)
            return;
        var g4 = a.G.Cast<Float4>();
        Means(a, i, g4[i], out var m, out var v);
        var direction = Over(a.Correction1 * m, (a.Correction2 * Sqrt(v)) + Float4.Of(a.Epsilon));
        g4[i] = (a.Decay * a.W.Cast<Float4>()[i]) + direction;
    }

    /// <summary>Each group leaves the sum of squares of its part of G in <c>Sums[group]</c>.</summary>
    public static void SumSquares(OptimizerArguments a)
    {
        double sum = 0;
        for (var i = Grid.GlobalIndex.X; i < a.Quads; i += Grid.DimX * Group.DimX)
        {
            var x = a.G.Cast<Float4>()[i];
            sum += (x.X * x.X) + (x.Y * x.Y) + (x.Z * x.Z) + (x.W * x.W);
        }
        sum = Block.Sum(sum);
        if (Group.IdxX == 0)
            a.Sums[Grid.IdxX] = sum;
    }

    /// <summary>Scales G down if its norm, of which <c>Sums</c> holds the parts, is above the limit.</summary>
    public static void Clip(OptimizerArguments a)
    {
        var i = Grid.GlobalIndex.X;
        var norm = Math.Sqrt(Total(a.Sums));
        if (i >= a.Quads || !(norm > a.Limit))
            return;
        var g4 = a.G.Cast<Float4>();
        g4[i] = (float)(a.Limit / norm) * g4[i];
    }

    /// <summary>
    /// W += -η ‖w‖ / ‖g‖ G, where the first half of <c>Sums</c> holds parts of ‖w‖², the second of ‖g‖².
    /// </summary>
    public static void LambStep(OptimizerArguments a)
    {
        var i = Grid.GlobalIndex.X;
        var half = a.Sums.Length / 2;
        double weights = Math.Sqrt(Total(a.Sums.SubView(0, half))),
            direction = Math.Sqrt(Total(a.Sums.SubView(half, half)));
        if (i >= a.Quads)
            return;
        var trust = weights > 0 && direction > 0 ? weights / direction : 1;
        var w4 = a.W.Cast<Float4>();
        w4[i] = w4[i] + ((float)(a.NegativeRate * trust) * a.G.Cast<Float4>()[i]);
    }

    private static double Total(ArrayView<double> parts)
    {
        double sum = 0;
        for (var i = 0; i < parts.IntLength; i++)
            sum += parts[i];
        return sum;
    }

    private static void Means(OptimizerArguments a, int i, Float4 g, out Float4 m, out Float4 v)
    {
        ArrayView<Float4> m4 = a.M.Cast<Float4>(), v4 = a.V.Cast<Float4>();
        m = Flush((a.Beta1 * m4[i]) + (a.Rest1 * g));
        v = Flush((a.Beta2 * v4[i]) + (a.Rest2 * g * g));
        m4[i] = m;
        v4[i] = v;
    }

    private static Float4 Over(Float4 a, Float4 b) => new(a.X / b.X, a.Y / b.Y, a.Z / b.Z, a.W / b.W);

    private static Float4 Sqrt(Float4 x) => new(MathF.Sqrt(x.X), MathF.Sqrt(x.Y), MathF.Sqrt(x.Z), MathF.Sqrt(x.W));

    private static Float4 Flush(Float4 x) => new(
        DeviceMath.Flush(x.X), DeviceMath.Flush(x.Y), DeviceMath.Flush(x.Z), DeviceMath.Flush(x.W));

    private static Float4 Sign(Float4 x) => new(Sign(x.X), Sign(x.Y), Sign(x.Z), Sign(x.W));

    private static float Sign(float x) => x > 0 ? 1 : x < 0 ? -1 : 0;
}
