using ILGPU;
using ILGPU.Runtime.Cuda;

namespace TuneGraph.Training;

/// <summary>
/// Matrix products on the tensor cores of NVIDIA's devices from compute capability 8.0 on, through PTX written in
/// place: a group of four warps computes a tile of 64 x 64, each warp 32 x 32 of it as 2 x 4 products of m16n8k8 (PTX
/// ISA 8.8, "mma.sync" with .tf32). Factors are rounded to tf32, which holds every number of 16 bits as it is; sums
/// are float32.
/// </summary>
/// <remarks>
/// The sums are registers that only the PTX knows: ILGPU 1.5.3 takes what such code both reads and writes for what it
/// was before, and keeps what it writes in local memory, as here each sum once, when the tile is done.
/// </remarks>
internal static class TensorProductCode
{
    /// <summary>Rows and columns of the tile, threads of the group, and depth of a step.</summary>
    public const int Size = 64, Threads = 128, Step = 8;

    /// <summary>What fills up a row in shared memory: four rows by eight columns then hit all 32 banks.</summary>
    private const int Filling = 8, Pitch = Size + Filling;

    private const string Registers = ".reg .f32 sum<32>;",
        Mma = "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 ",
        Factors = ", {%0, %1, %2, %3}, {%4, %5}, ";

    // The sums of a product of 16 x 8; the first four side by side, the others 16 rows below.
    private const string S0 = "{sum0, sum1, sum2, sum3}";
    private const string S1 = "{sum4, sum5, sum6, sum7}";
    private const string S2 = "{sum8, sum9, sum10, sum11}";
    private const string S3 = "{sum12, sum13, sum14, sum15}";
    private const string S4 = "{sum16, sum17, sum18, sum19}";
    private const string S5 = "{sum20, sum21, sum22, sum23}";
    private const string S6 = "{sum24, sum25, sum26, sum27}";
    private const string S7 = "{sum28, sum29, sum30, sum31}";

    public static void Tile(ProductArguments p)
    {
        CudaAsm.Emit(Registers);
        Clear();
        var sharedA = SharedMemory.Allocate<float>(Step * Pitch);
        var sharedB = SharedMemory.Allocate<float>(Step * Pitch);
        var sums = SharedMemory.Allocate<float>(Size * Pitch);
        var tile = ProductTile.Of(p, Size);
        int lane = Group.IdxX % 32, warp = Group.IdxX / 32;
        int top = (warp / 2 * 32) + (lane / 4), left = (warp % 2 * 32) + (lane / 4), within = lane % 4;
        var a = ProductCode.Load(p.A, p.Depth, tile.A, tile.Row, tile.From, tile.End, Size, Step);
        var b = ProductCode.Load(p.B, p.Depth, tile.B, tile.Column, tile.From, tile.End, Size, Step);
        for (var k = tile.From; k < tile.End; k += Step)
        {
            ProductCode.Share(p.A.PlacesAdjoin, Round(a), Size, Step, sharedA, Filling);
            ProductCode.Share(p.B.PlacesAdjoin, Round(b), Size, Step, sharedB, Filling);
            Group.Barrier();
            a = ProductCode.Load(p.A, p.Depth, tile.A, tile.Row, k + Step, tile.End, Size, Step);
            b = ProductCode.Load(p.B, p.Depth, tile.B, tile.Column, k + Step, tile.End, Size, Step);
            Multiply(sharedA, sharedB, within, top, left);
            Group.Barrier();
        }
        Keep(sums.Cast<ulong>(), ((top * Pitch) + (warp % 2 * 32) + (2 * within)) / 2);
        Group.Barrier();
        for (var i = Group.IdxX; i < Size * Size / 4; i += Threads)
        {
            int row = i / (Size / 4), quad = i % (Size / 4);
            ProductCode.Store(
                p, tile, tile.Row + row, tile.Column + (4 * quad), sums.Cast<Float4>()[(row * (Pitch / 4)) + quad]);
        }
    }

    /// <summary>Adds this warp's products of a step.</summary>
    private static void Multiply(
        ArrayView<float> sharedA, ArrayView<float> sharedB, int within, int top, int left)
    {
        Float4 upper = Rows(sharedA, within, top), lower = Rows(sharedA, within, top + 16);
        Float4 b01 = Columns(sharedB, within, left), b23 = Columns(sharedB, within, left + 16);
        CudaAsm.Emit(
            Mma + S0 + Factors + S0 + ";", Bits(upper.X), Bits(upper.Y), Bits(upper.Z), Bits(upper.W),
            Bits(b01.X), Bits(b01.Y));
        CudaAsm.Emit(
            Mma + S1 + Factors + S1 + ";", Bits(upper.X), Bits(upper.Y), Bits(upper.Z), Bits(upper.W),
            Bits(b01.Z), Bits(b01.W));
        CudaAsm.Emit(
            Mma + S2 + Factors + S2 + ";", Bits(upper.X), Bits(upper.Y), Bits(upper.Z), Bits(upper.W),
            Bits(b23.X), Bits(b23.Y));
        CudaAsm.Emit(
            Mma + S3 + Factors + S3 + ";", Bits(upper.X), Bits(upper.Y), Bits(upper.Z), Bits(upper.W),
            Bits(b23.Z), Bits(b23.W));
        CudaAsm.Emit(
            Mma + S4 + Factors + S4 + ";", Bits(lower.X), Bits(lower.Y), Bits(lower.Z), Bits(lower.W),
            Bits(b01.X), Bits(b01.Y));
        CudaAsm.Emit(
            Mma + S5 + Factors + S5 + ";", Bits(lower.X), Bits(lower.Y), Bits(lower.Z), Bits(lower.W),
            Bits(b01.Z), Bits(b01.W));
        CudaAsm.Emit(
            Mma + S6 + Factors + S6 + ";", Bits(lower.X), Bits(lower.Y), Bits(lower.Z), Bits(lower.W),
            Bits(b23.X), Bits(b23.Y));
        CudaAsm.Emit(
            Mma + S7 + Factors + S7 + ";", Bits(lower.X), Bits(lower.Y), Bits(lower.Z), Bits(lower.W),
            Bits(b23.Z), Bits(b23.W));
    }

    /// <summary>This thread's part of 16 rows of A: rows r and r + 8 at its depth, then at four more.</summary>
    private static Float4 Rows(ArrayView<float> shared, int depth, int row) => new(
        shared[(depth * Pitch) + row], shared[(depth * Pitch) + row + 8],
        shared[((depth + 4) * Pitch) + row], shared[((depth + 4) * Pitch) + row + 8]);

    /// <summary>This thread's parts of two times eight columns of B, each at its depth and at four more.</summary>
    private static Float4 Columns(ArrayView<float> shared, int depth, int column) => new(
        shared[(depth * Pitch) + column], shared[((depth + 4) * Pitch) + column],
        shared[(depth * Pitch) + column + 8], shared[((depth + 4) * Pitch) + column + 8]);

    private static void Clear()
    {
        CudaAsm.Emit("mov.f32 sum0, 0f00000000; mov.f32 sum1, 0f00000000;"
            + " mov.f32 sum2, 0f00000000; mov.f32 sum3, 0f00000000;");
        CudaAsm.Emit("mov.f32 sum4, 0f00000000; mov.f32 sum5, 0f00000000;"
            + " mov.f32 sum6, 0f00000000; mov.f32 sum7, 0f00000000;");
        CudaAsm.Emit("mov.f32 sum8, 0f00000000; mov.f32 sum9, 0f00000000;"
            + " mov.f32 sum10, 0f00000000; mov.f32 sum11, 0f00000000;");
        CudaAsm.Emit("mov.f32 sum12, 0f00000000; mov.f32 sum13, 0f00000000;"
            + " mov.f32 sum14, 0f00000000; mov.f32 sum15, 0f00000000;");
        CudaAsm.Emit("mov.f32 sum16, 0f00000000; mov.f32 sum17, 0f00000000;"
            + " mov.f32 sum18, 0f00000000; mov.f32 sum19, 0f00000000;");
        CudaAsm.Emit("mov.f32 sum20, 0f00000000; mov.f32 sum21, 0f00000000;"
            + " mov.f32 sum22, 0f00000000; mov.f32 sum23, 0f00000000;");
        CudaAsm.Emit("mov.f32 sum24, 0f00000000; mov.f32 sum25, 0f00000000;"
            + " mov.f32 sum26, 0f00000000; mov.f32 sum27, 0f00000000;");
        CudaAsm.Emit("mov.f32 sum28, 0f00000000; mov.f32 sum29, 0f00000000;"
            + " mov.f32 sum30, 0f00000000; mov.f32 sum31, 0f00000000;");
    }

    /// <summary>Of each product two columns of row r, then two of row r + 8; in pairs.</summary>
    private static void Keep(ArrayView<ulong> pairs, int at)
    {
        ulong pair;
        CudaAsm.Emit("mov.b64 %0, {sum0, sum1};", out pair);
        pairs[at + 0] = pair;
        CudaAsm.Emit("mov.b64 %0, {sum2, sum3};", out pair);
        pairs[at + (8 * Pitch / 2) + 0] = pair;
        CudaAsm.Emit("mov.b64 %0, {sum4, sum5};", out pair);
        pairs[at + 4] = pair;
        CudaAsm.Emit("mov.b64 %0, {sum6, sum7};", out pair);
        pairs[at + (8 * Pitch / 2) + 4] = pair;
        CudaAsm.Emit("mov.b64 %0, {sum8, sum9};", out pair);
        pairs[at + 8] = pair;
        CudaAsm.Emit("mov.b64 %0, {sum10, sum11};", out pair);
        pairs[at + (8 * Pitch / 2) + 8] = pair;
        CudaAsm.Emit("mov.b64 %0, {sum12, sum13};", out pair);
        pairs[at + 12] = pair;
        CudaAsm.Emit("mov.b64 %0, {sum14, sum15};", out pair);
        pairs[at + (8 * Pitch / 2) + 12] = pair;
        CudaAsm.Emit("mov.b64 %0, {sum16, sum17};", out pair);
        pairs[at + (16 * Pitch / 2) + 0] = pair;
        CudaAsm.Emit("mov.b64 %0, {sum18, sum19};", out pair);
        pairs[at + (24 * Pitch / 2) + 0] = pair;
        CudaAsm.Emit("mov.b64 %0, {sum20, sum21};", out pair);
        pairs[at + (16 * Pitch / 2) + 4] = pair;
        CudaAsm.Emit("mov.b64 %0, {sum22, sum23};", out pair);
        pairs[at + (24 * Pitch / 2) + 4] = pair;
        CudaAsm.Emit("mov.b64 %0, {sum24, sum25};", out pair);
        pairs[at + (16 * Pitch / 2) + 8] = pair;
        CudaAsm.Emit("mov.b64 %0, {sum26, sum27};", out pair);
        pairs[at + (24 * Pitch / 2) + 8] = pair;
        CudaAsm.Emit("mov.b64 %0, {sum28, sum29};", out pair);
        pairs[at + (16 * Pitch / 2) + 12] = pair;
        CudaAsm.Emit("mov.b64 %0, {sum30, sum31};", out pair);
        pairs[at + (24 * Pitch / 2) + 12] = pair;
    }

    private static uint Bits(float value) => Interop.FloatAsInt(value);

    private static Float4 Round(Float4 x) => new(Round(x.X), Round(x.Y), Round(x.Z), Round(x.W));

    /// <summary>To the nearest of 10 bits of fraction, of two as near to the larger size; NaN stays.</summary>
    private static float Round(float x)
    {
        var bits = Interop.FloatAsInt(x);
        return (bits & 0x7FFF_FFFF) > NarrowNumber.Infinity ? x : Interop.IntAsFloat((bits + 0x1000) & 0xFFFF_E000);
    }
}
