using ILGPU;

namespace TuneGraph.Training;

/// <summary>
/// Functions that devices have in no common precision, out of arithmetic that all of them round alike: Moshier's Cephes
/// library, expf.c, logf.c and tanhf.c; the error function of <see cref="Coefficients{T}"/>.
/// </summary>
internal static class DeviceMath
{
    /// <summary>exp(x), within two units in the last place; 0 and infinity beyond the range of float.</summary>
    public static float Exp(float x)
    {
        if (x > 88.8f)
            return float.PositiveInfinity;
        if (x < -103.9f)
            return 0;
        var n = (int)((x * 1.44269504f) + (x < 0 ? -0.5f : 0.5f));
        var r = x - (n * 0.693359375f) - (n * -2.12194440e-4f);
        var p = (1.9875691500e-4f * r) + 1.3981999507e-3f;
        p = (p * r) + 8.3334519073e-3f;
        p = (p * r) + 4.1665795894e-2f;
        p = (p * r) + 1.6666665459e-1f;
        p = (p * r) + 5.0000001201e-1f;
        var half = n / 2;                                  // 2ⁿ alone may lie beyond the range
        return ((p * r * r) + r + 1) * Power(half) * Power(n - half);
    }

    /// <summary>ln x for normal x above 0; NaN for infinity and NaN.</summary>
    public static float Log(float x)
    {
        var bits = Interop.FloatAsInt(x);
        var e = (int)(bits >> 23) - 126;
        var m = Interop.IntAsFloat((bits & 0x007FFFFFu) | 0x3F000000u);          // in [½, 1)
        if (m < 0.70710678f)
        {
            m += m;
            e -= 1;
        }
        m -= 1;
        var z = m * m;
        var p = (7.0376836292e-2f * m) - 1.1514610310e-1f;
        p = (p * m) + 1.1676998740e-1f;
        p = (p * m) - 1.2420140846e-1f;
        p = (p * m) + 1.4249322787e-1f;
        p = (p * m) - 1.6668057665e-1f;
        p = (p * m) + 2.0000714765e-1f;
        p = (p * m) - 2.4999993993e-1f;
        p = (p * m) + 3.3333331174e-1f;
        var y = (p * m * z) + (-2.12194440e-4f * e) - (0.5f * z);
        return m + y + (0.693359375f * e) + (x - x);
    }

    /// <summary>tanh(x).</summary>
    public static float Tanh(float x)
    {
        var size = x < 0 ? -x : x;
        if (size < 0.625f)
        {
            var z = x * x;
            var p = (-5.70498872745e-3f * z) + 2.06390887954e-2f;
            p = (p * z) - 5.37397155531e-2f;
            p = (p * z) + 1.33314422036e-1f;
            p = (p * z) - 3.33332819422e-1f;
            return (p * z * x) + x;
        }
        var far = 1 - (2 / (Exp(size + size) + 1));
        return x < 0 ? -far : far;
    }

    /// <summary>1 / (1 + exp(-x)).</summary>
    public static float Sigmoid(float x) => 1 / (1 + Exp(-x));

    /// <summary>Φ(-|x|), the tail of the normal distribution, of which exp(-x² / 2) is given.</summary>
    public static float NormalTail(float x, float bell)
    {
        var y = (x < 0 ? -x : x) * 0.70710678f;
        var t = 1 / ((0.5f * y) + 1);
        var s = t + t - 1;
        var p = (4.428841467e-5f * s) - 3.676436164e-5f;
        p = (p * s) - 3.047190864e-4f;
        p = (p * s) + 4.310400216e-4f;
        p = (p * s) + 1.533847044e-3f;
        p = (p * s) - 3.243733068e-3f;
        p = (p * s) - 1.075331088e-2f;
        p = (p * s) + 1.822174911e-2f;
        p = (p * s) + 1.397359458e-1f;
        p = (p * s) + 3.435803125e-1f;
        p = (p * s) + 5.107913526e-1f;
        return 0.5f * t * p * bell;
    }

    /// <summary>0 instead of what is below the smallest normal number, as optimizers want it.</summary>
    public static float Flush(float x) => x < 1.17549435e-38f && x > -1.17549435e-38f ? 0 : x;

    private static float Power(int n) => Interop.IntAsFloat((uint)(n + 127) << 23);
}
