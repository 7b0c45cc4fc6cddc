using ILGPU;
using ILGPU.Runtime;

namespace TuneGraph.Training;

/// <summary>One training's stream and memory on an accelerator, and how to launch kernels on them.</summary>
internal abstract unsafe class GpuSession : Kernels<float>
{
    /// <summary>Copies of a batch that may be on their way, so that the host can gather ahead of the device.</summary>
    private const int InputCopies = 8;

    private readonly DeviceArray<int> _fault;
    private readonly GpuArena _narrow;                     // numbers of 16 bits

    private protected GpuSession(GpuDevice device, Precision precision, bool allowsTf32)
    {
        device.Check();
        Device = device;
        Precision = precision;
        AllowsTf32 = allowsTf32;
        Stream = device.Accelerator.CreateStream();
        Arena = new GpuArena(device, Stream);
        _narrow = new GpuArena(device, Stream, packed: 2);
        _fault = Take<int>(1);
    }

    public GpuDevice Device { get; }
    public AcceleratorStream Stream { get; }
    public GpuArena Arena { get; }
    public GpuCode Code => Device.Code;

    /// <summary>Where a kernel leaves the place of a feature that is no index, from 1.</summary>
    public int* Fault => _fault.Pointer;

    /// <summary>Whether such a kernel was launched since somebody looked.</summary>
    public bool MayFault { get; set; }

    /// <summary>Whether products may round float32 to the 10 bits of fraction that tensor cores take.</summary>
    public bool AllowsTf32 { get; }

    public override Precision Precision { get; }

    public override bool PrefersLargeCalls => true;

    public override bool KeepsPanels => false;

    public override int ScratchLength => 0;

    /// <summary>Something for arguments that a kernel does not look at.</summary>
    public ArrayView<float> Nothing => Arena.Nothing;

    /// <summary>Numbers of any precision.</summary>
    public Numbers View(float* pointer, long length) => _narrow.Owns(pointer)
        ? new Numbers { Values = _narrow.View(pointer, length), Format = (int)Precision }
        : Arena.View(pointer, length);

    /// <summary>Numbers that are float32 in any precision.</summary>
    public ArrayView<float> Exact(float* pointer, long length) => Arena.View(pointer, length);

    public ArrayView<int> View(int* pointer, long length) => Arena.View(pointer, length).Cast<int>();

    public ArrayView<double> View(double* pointer, long length) => Arena.View(pointer, 2 * length).Cast<double>();

    /// <summary>Groups for so many threads.</summary>
    public long Groups(long threads) => (threads + Device.Threads - 1) / Device.Threads;

    /// <summary>A thread for each of so many things.</summary>
    public void Each<TArguments>(GpuKernel<TArguments> kernel, long things, in TArguments arguments)
        where TArguments : struct => kernel.Launch(Stream, Groups(things), Device.Threads, arguments);

    /// <summary>A group for each of so many things, of as many threads as make sense for the size of one.</summary>
    public void EachGroup<TArguments>(GpuKernel<TArguments> kernel, long things, in TArguments arguments, int size)
        where TArguments : struct => kernel.Launch(Stream, things, Device.ThreadsFor(size), arguments);

    /// <summary>A group for each 16 columns, of a multiple of 16 threads.</summary>
    public void EachColumns<TArguments>(GpuKernel<TArguments> kernel, int columns, in TArguments arguments)
        where TArguments : struct => kernel.Launch(Stream, columns / 16, Device.Threads, arguments);

    public override DeviceArray<TElement> Take<TElement>(long length) => new GpuArray<TElement>(this, length, 1);

    public override DeviceArray<float> TakeValues(long length) =>
        Precision == Precision.Float32 ? Take<float>(length) : new GpuValues(_narrow, length);

    public override int BytesOfValue => Precision == Precision.Float32 ? sizeof(float) : sizeof(ushort);

    public override DeviceArray<TElement> TakeInput<TElement>(long length) =>
        new GpuArray<TElement>(this, length, InputCopies);

    public override void Read(float* source, Span<float> target)
    {
        if (target.IsEmpty)
            return;
        try
        {
            Exact(source, target.Length).CopyToCPU(Stream, target);
        }
        catch (AcceleratorException e)
        {
            throw Device.Failed(e);
        }
        Wait();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">A feature that an embedding took was no index.</exception>
    public override void Wait()
    {
        try
        {
            Device.Driver.Wait(Stream);
            if (!MayFault)
                return;
            MayFault = false;
            _fault.Download();
        }
        catch (AcceleratorException e)
        {
            throw Device.Failed(e);
        }
        if (_fault.Span[0] is not 0 and var token)
        {
            throw new InvalidDataException($"Token {token} of a batch is no index: an embedding takes whole numbers "
                + "from 0 below its count. Give such features unstandardized (standardize: false), or raise the "
                + "embedding's count.");
        }
    }

    public override void Dispose()
    {
        _fault.Dispose();
        Arena.Dispose();
        _narrow.Dispose();
        Stream.Dispose();
    }
}
