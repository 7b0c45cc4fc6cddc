using System.Runtime.Intrinsics;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class Single128KernelTests : KernelSuite<float>
{
    private protected override Kernels<float> Kernels => On(ThreadTeam.Alone);

    private protected override Kernels<float> On(ThreadTeam team) =>
        new VectorKernels<float, Vector128<float>, Lanes128<float>>(team);
}

public sealed class Single256KernelTests : KernelSuite<float>
{
    private protected override Kernels<float> Kernels => On(ThreadTeam.Alone);

    private protected override Kernels<float> On(ThreadTeam team) =>
        new VectorKernels<float, Vector256<float>, Lanes256<float>>(team);
}

public sealed class Single512KernelTests : KernelSuite<float>
{
    private protected override Kernels<float> Kernels => On(ThreadTeam.Alone);

    private protected override Kernels<float> On(ThreadTeam team) =>
        new VectorKernels<float, Vector512<float>, Lanes512<float>>(team);
}

public sealed class Double128KernelTests : KernelSuite<double>
{
    private protected override Kernels<double> Kernels => On(ThreadTeam.Alone);

    private protected override Kernels<double> On(ThreadTeam team) =>
        new VectorKernels<double, Vector128<double>, Lanes128<double>>(team);
}

public sealed class Double256KernelTests : KernelSuite<double>
{
    private protected override Kernels<double> Kernels => On(ThreadTeam.Alone);

    private protected override Kernels<double> On(ThreadTeam team) =>
        new VectorKernels<double, Vector256<double>, Lanes256<double>>(team);
}

public sealed class Double512KernelTests : KernelSuite<double>
{
    private protected override Kernels<double> Kernels => On(ThreadTeam.Alone);

    private protected override Kernels<double> On(ThreadTeam team) =>
        new VectorKernels<double, Vector512<double>, Lanes512<double>>(team);
}
