namespace TuneGraph.Training;

/// <summary>Centres as a product's left side: -2 c, and ‖c‖².</summary>
internal sealed unsafe class Centres : IDisposable
{
    private readonly NativeArray<float> _doubled;
    private readonly NativeArray<float> _norms;

    /// <param name="values">[count, features].</param>
    /// <param name="features">Features of a centre.</param>
    public Centres(ReadOnlySpan<float> values, int features)
    {
        Count = values.Length / features;
        _doubled = new NativeArray<float>(values.Length + 64);
        _norms = new NativeArray<float>(Count + 64);
        for (var j = 0; j < Count; j++)
        {
            var norm = 0.0;
            for (var f = 0; f < features; f++)
            {
                var c = values[(j * features) + f];
                norm += (double)c * c;
                _doubled.Pointer[(j * features) + f] = -2 * c;
            }
            _norms.Pointer[j] = (float)norm;
        }
    }

    public int Count { get; }

    /// <summary>-2 c, row-major.</summary>
    public float* Doubled => _doubled.Pointer;

    public float* Norms => _norms.Pointer;

    public void Dispose()
    {
        _doubled.Dispose();
        _norms.Dispose();
    }
}
