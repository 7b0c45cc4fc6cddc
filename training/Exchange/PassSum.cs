using System.Numerics;

namespace TuneGraph.Training;

/// <summary>The sum of the gradients of a step's passes but the last.</summary>
internal sealed unsafe class PassSum<T>(Kernels<T> kernels, DeviceArray<T> gradient, int passes) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DeviceArray<T> _sum = kernels.Take<T>(passes > 1 ? gradient.Length : 0);

    public long Length => _sum.Length;

    public bool IsLast(int pass) => pass == passes - 1;

    /// <summary>Keeps the gradient of a pass that is not the last.</summary>
    public void Keep(int pass)
    {
        if (pass == 0)
            kernels.Copy(gradient.Pointer, _sum.Pointer, (nint)gradient.Length);
        else
            kernels.Add(_sum.Pointer, gradient.Pointer, (nint)gradient.Length);
    }

    /// <summary>Adds what was kept to a part of the last pass's gradient.</summary>
    public void AddTo(in ArenaRange part)
    {
        if (passes > 1)
            kernels.Add(gradient.Pointer + part.Start, _sum.Pointer + part.Start, part.Length);
    }

    public void Dispose() => _sum.Dispose();
}
