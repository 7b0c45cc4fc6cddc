namespace TuneGraph.Training;

/// <summary>
/// What the kernels need of a vector register <typeparamref name="V"/> of lanes <typeparamref name="T"/>. The members
/// are thin names for the processor's instructions; the JIT resolves them while it compiles a kernel.
/// </summary>
internal unsafe interface ILanes<T, V>
    where T : unmanaged
    where V : struct
{
    /// <summary>Lanes per register.</summary>
    static abstract int Count { get; }

    static abstract V Broadcast(T value);
    static abstract V Load(T* source);
    static abstract void Store(V value, T* target);

    /// <summary>Stores lanes that hold whole numbers.</summary>
    static abstract void Store(V value, int* target);

    static abstract V Add(V a, V b);
    static abstract V Subtract(V a, V b);
    static abstract V Multiply(V a, V b);
    static abstract V Divide(V a, V b);
    static abstract V Max(V a, V b);
    static abstract V Abs(V a);
    static abstract V Sqrt(V a);
    static abstract V Exp(V a);

    /// <summary>The sum of all lanes, in an order fixed for the register width.</summary>
    static abstract T Sum(V a);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract V FusedMultiplyAdd(V a, V b, V c);

    /// <summary>All bits set in the lanes where a &lt; b.</summary>
    static abstract V LessThan(V a, V b);

    /// <summary>All bits set in the lanes where a &gt; b, or a is NaN.</summary>
    static abstract V Exceeds(V a, V b);

    /// <summary>Lanes 0, 2, 4 ... of two registers that follow one another.</summary>
    static abstract V Even(V first, V second);

    /// <summary>Lanes 1, 3, 5 ... of two registers that follow one another.</summary>
    static abstract V Odd(V first, V second);

    /// <summary><paramref name="yes"/> in lanes where the mask is set, else <paramref name="no"/>.</summary>
    static abstract V Select(V mask, V yes, V no);
}
