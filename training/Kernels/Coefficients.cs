using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TuneGraph.Training;

/// <summary>Coefficients of the approximations that the activations use, for float and double.</summary>
internal static class Coefficients<T>
    where T : unmanaged
{
    /// <summary>
    /// erfc(y) = t P(2 t - 1) exp(-y²) for y >= 0 and t = 1 / (1 + y / 2), constant term first. Interpolated at the
    /// Chebyshev points with 60 digits; largest relative error 3e-8 (float) and 2e-17 (double) before rounding.
    /// </summary>
    public static ReadOnlySpan<T> Erfc => Pick(ErfcSingle, ErfcDouble);

    /// <summary>
    /// tanh(x) = x + x³ P(x²) / Q(x²) for |x| &lt; 0.625, constant term first: Moshier's Cephes library, tanhf.c and
    /// tanh.c.
    /// </summary>
    public static ReadOnlySpan<T> TanhNumerator => Pick(TanhNumeratorSingle, TanhNumeratorDouble);

    /// <summary>Q of <see cref="TanhNumerator"/>.</summary>
    public static ReadOnlySpan<T> TanhDenominator => Pick(TanhDenominatorSingle, TanhDenominatorDouble);

    private static ReadOnlySpan<float> ErfcSingle =>
    [
        0.5107913526f, 0.3435803125f, 0.1397359458f, 0.01822174911f, -0.01075331088f,
        -0.003243733068f, 0.001533847044f, 4.310400216e-4f, -3.047190864e-4f, -3.676436164e-5f,
        4.428841467e-5f,
    ];

    private static ReadOnlySpan<double> ErfcDouble =>
    [
        0.510791352621011489, 0.343580342206905298, 0.139736046278026946, 0.0182211157534395006,
        -0.0107553309447193487, -0.00323959253387901287, 0.00154530602912220027, 4.18648031500117771e-4,
        -3.31536748346188913e-4, -1.71857206769196894e-5, 7.22353554899742903e-5, -1.70744359307689339e-5,
        -1.08480782883320496e-5, 8.06042696385818697e-6, -5.6275591923781178e-7, -1.82183614270088182e-6,
        1.00079823513030522e-6, -1.15724738051906802e-9, -2.85384477455509762e-7, 1.62469949871749983e-7,
        -1.84866936876218301e-9, -5.54658704421143412e-8, 2.91311553084875084e-8, 5.14034591895690549e-9,
        -9.77555666711156773e-9, 1.63233988071693439e-9, 1.20987462442032308e-9, -3.98636294277478041e-10,
    ];

    private static ReadOnlySpan<float> TanhNumeratorSingle =>
        [-3.33332819422e-1f, 1.33314422036e-1f, -5.37397155531e-2f, 2.06390887954e-2f, -5.70498872745e-3f];

    private static ReadOnlySpan<float> TanhDenominatorSingle => [1];

    private static ReadOnlySpan<double> TanhNumeratorDouble =>
        [-1.61468768441708447952e3, -9.92877231001918586564e1, -9.64399179425052238628e-1];

    private static ReadOnlySpan<double> TanhDenominatorDouble =>
        [4.84406305325125486048e3, 2.23548839060100448583e3, 1.12811678491632931402e2, 1];

    private static ReadOnlySpan<T> Pick(ReadOnlySpan<float> single, ReadOnlySpan<double> @double) =>
        typeof(T) == typeof(float)
            ? MemoryMarshal.CreateReadOnlySpan(
                ref Unsafe.As<float, T>(ref MemoryMarshal.GetReference(single)), single.Length)
            : MemoryMarshal.CreateReadOnlySpan(
                ref Unsafe.As<double, T>(ref MemoryMarshal.GetReference(@double)), @double.Length);
}
