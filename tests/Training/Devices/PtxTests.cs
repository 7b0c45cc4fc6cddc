using System.Reflection;
using System.Text.RegularExpressions;
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

    private const string TensorTile = "TensorProductCode.Tile";

    public static TheoryData<string> Names =>
        [.. TestDevices.Simulator.Kernels.Select(kernel => NameOf(kernel)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_kernel_keeps_its_numbers_in_registers_and_calls_nothing(string name)
    {
        var text = Compile(name);
        Assert.Contains(".target sm_", text, StringComparison.Ordinal);
        // What PTX in place gives out, ILGPU always takes through local memory; for that kernel see below.
        if (name != TensorTile)
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

    /// <summary>
    /// Each of the eight products of a step once: on what four warps have loaded, four numbers at a time and before the
    /// barrier, and rounded.
    /// </summary>
    [Fact]
    public void A_product_on_tensor_cores_multiplies_by_tf32()
    {
        var text = Compile(TensorTile);
        var products = Regex.Matches(
            text, @"mma\.sync\.aligned\.m16n8k8\.row\.col\.f32\.tf32\.tf32\.f32\s+\{(?<sums>[^}]+)\},\s+"
                + @"\{\s*(%r\d+, ){3}%r\d+\},\s+\{%r\d+, %r\d+\},\s+\{\k<sums>\};");
        Assert.Equal(
            Enumerable.Range(0, 8).Select(i => $"sum{4 * i}, sum{(4 * i) + 1}, sum{(4 * i) + 2}, sum{(4 * i) + 3}"),
            products.Select(product => product.Groups["sums"].Value));
        Assert.Equal(8, Regex.Count(text, "mma\\.sync"));
        Assert.Equal(32, Regex.Count(text, "mov\\.f32 sum[0-9]+, 0f00000000;"));
        Assert.True(text.IndexOf("mov.f32 sum31", StringComparison.Ordinal) < products[0].Index);
        Assert.Contains(".target sm_80", text, StringComparison.Ordinal);
        Assert.Contains("ld.global.v4.f32", text, StringComparison.Ordinal);
        Assert.Contains("ld.global.b64", text, StringComparison.Ordinal);          // four numbers of 16 bits
        Assert.Contains("st.global.v4.f32", text, StringComparison.Ordinal);
        var loop = text[text.IndexOf("bar.sync", StringComparison.Ordinal)..(products[7].Index + products[7].Length)];
        Assert.DoesNotContain("ld.global.f32", loop, StringComparison.Ordinal);
        Assert.DoesNotContain(".local", loop, StringComparison.Ordinal);
        Assert.Equal(16, Regex.Count(loop, @"ld\.shared\.[bf]32"));
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
