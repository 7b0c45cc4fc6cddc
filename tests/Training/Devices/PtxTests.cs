using System.Reflection;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>
/// Compiles every kernel for compute capability 9.0 (Hopper), which needs no GPU, and reads what came out.
/// </summary>
public sealed class PtxTests : IDisposable
{
    private readonly Context _context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2));

    public static TheoryData<string> Names =>
        [.. TestDevices.Simulator.Kernels.Select(kernel => NameOf(kernel)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_kernel_keeps_its_numbers_in_registers_and_calls_nothing(string name)
    {
        var text = Compile(name);
        Assert.Contains(".target sm_", text, StringComparison.Ordinal);
        Assert.DoesNotContain(".local", text, StringComparison.Ordinal);
        Assert.DoesNotContain(".extern .func", text, StringComparison.Ordinal);
        Assert.DoesNotContain("call ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ProductCode.SmallTile")]
    [InlineData("ProductCode.MediumTile")]
    [InlineData("ProductCode.LargeTile")]
    public void A_product_moves_four_numbers_at_once(string name)
    {
        var text = Compile(name);
        Assert.Contains("ld.global.v4.f32", text, StringComparison.Ordinal);
        Assert.Contains("st.global.v4.f32", text, StringComparison.Ordinal);
        Assert.Contains("ld.shared.v4.f32", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ld.global.f32", text.Split("bar.sync")[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OptimizerCode.Sgd")]
    [InlineData("OptimizerCode.Adam")]
    [InlineData("ElementCode.Add")]
    public void What_goes_over_all_parameters_moves_four_numbers_at_once(string name) =>
        Assert.Contains("ld.global.v4.f32", Compile(name), StringComparison.Ordinal);

    public void Dispose() => _context.Dispose();

    private static string NameOf(GpuKernel kernel) => $"{kernel.Code.DeclaringType!.Name}.{kernel.Code.Name}";

    private string Compile(string name)
    {
        var kernel = TestDevices.Simulator.Kernels.Single(kernel => NameOf(kernel) == name);
        // ILGPU makes these itself where there is a GPU; only the constructor is not public.
        var capabilities = (CudaCapabilityContext)Activator.CreateInstance(
            typeof(CudaCapabilityContext), BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, null,
            [CudaArchitecture.SM_90], null)!;
        using var backend = new PTXBackend(
            _context, capabilities, CudaArchitecture.SM_90, CudaInstructionSet.ISA_88, null);
        var entry = EntryPointDescription.FromExplicitlyGroupedKernel(kernel.Code);
        return ((PTXCompiledKernel)backend.Compile(entry, kernel.Specialization)).PTXAssembly;
    }
}
