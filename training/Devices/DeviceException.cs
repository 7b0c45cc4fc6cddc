namespace TuneGraph.Training;

/// <summary>Why a device could not go on.</summary>
public enum DeviceFailure
{
    /// <summary>No such device is here, or it cannot run our kernels.</summary>
    Unavailable,

    /// <summary>Its memory does not suffice.</summary>
    OutOfMemory,

    /// <summary>It failed while it worked; it is not used again before the process restarts.</summary>
    Lost,
}

/// <summary>A device is not there, has too little memory, or failed.</summary>
public sealed class DeviceException : Exception
{
    internal DeviceException(string device, DeviceFailure failure, string message, Exception? inner = null)
        : base(message, inner)
    {
        Device = device;
        Failure = failure;
    }

    /// <summary>The device's name: <c>cuda:0</c>.</summary>
    public string Device { get; }

    /// <summary>What happened.</summary>
    public DeviceFailure Failure { get; }
}
