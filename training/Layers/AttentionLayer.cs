using System.Numerics;

namespace TuneGraph.Training;

/// <summary>
/// Multi-head self-attention: per head softmax(Q Kᵀ / √d) V, all heads side by side through one more projection.
/// Vaswani et al. 2017, equation 1 and section 3.2.2. Every head's columns are filled up to whole panels. Ranks divide
/// it by heads: Shoeybi et al. 2019, section 3.
/// </summary>
internal sealed unsafe class AttentionLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _heads;
    private readonly int _headWidth, _headStride;
    private readonly bool _causal;
    private readonly bool _wantsInputGradient;
    private readonly T _scale;
    private readonly bool _isPart, _addsBias;
    private readonly DenseWeights<T> _inward;
    private readonly DenseWeights<T> _outward;
    private readonly TensorPlace _inwardBias, _outwardBias;
    private LayerMemory<T> _memory = null!;
    private T* _input, _output, _inputGradient;
    private T* _projected, _projectedGradient;      // [tokens, 3, heads, head stride]: queries, keys, values
    private T* _context, _contextGradient;          // [tokens, heads, head stride]
    private T* _shares;                             // [samples, heads, tokens, tokens]: who looks at whom
    private T* _shareGradient;                      // the same, of the heads that are at work together
    private (int Samples, int Heads) _atOnce;

    public AttentionLayer(AttentionSpec spec, in LayerPlace place)
        : base(place.Input, place.Input)
    {
        var width = place.Input.Width;
        if (place.Input.Kind != ShapeKind.Sequence)
            throw new ArgumentException($"Attention takes a sequence, not {place.Input}. Make tokens of it first.");
        if (width % spec.Heads != 0)
            throw new ArgumentException($"{spec.Heads} heads do not divide tokens of width {width}.");
        var headWidth = width / spec.Heads;
        _isPart = place.Part is { } part && part.Ranks <= spec.Heads;
        var heads = _isPart ? place.Part!.Value.Of(spec.Heads) : new UnitSlice(0, spec.Heads, spec.Heads);
        _addsBias = !_isPart || place.Part!.Value.Rank == 0;
        (_heads, _causal, _wantsInputGradient) = (heads.Count, spec.Causal, place.WantsInputGradient);
        (_headWidth, _headStride) = (headWidth, Panels<T>.RoundUp(headWidth));
        _scale = T.CreateTruncating(1 / Math.Sqrt(headWidth));
        var groups = (headWidth, _headStride);
        int own = _heads * headWidth, start = heads.Start * headWidth;      // of the width of each projection
        var projected = new IndexSlice(start, own, width);
        var inward = place.Plan.Panels($"{place.Name}.in_proj.weight", 3 * own, width,
            InitialValues.Fan(width, 3 * width, null), width: ProjectedStride, rowGroups: groups,
            part: _isPart ? (new TensorSlice(projected, IndexSlice.All, width), 3 * width) : null);
        _inwardBias = place.Plan.Vector(
            $"{place.Name}.in_proj.bias", 3 * own, InitialValues.Zero, ProjectedStride, groups,
            _isPart ? new TensorSlice(IndexSlice.All, projected, 3 * width) : null);
        var outward = place.Plan.Panels($"{place.Name}.out_proj.weight", width, own,
            InitialValues.Fan(width, width, null), depth: ContextStride, columnGroups: groups,
            part: _isPart ? (new TensorSlice(IndexSlice.All, IndexSlice.From(start), width), width) : null);
        _outwardBias = place.Plan.Vector($"{place.Name}.out_proj.bias", width, InitialValues.Zero);
        _inward = new DenseWeights<T>(inward, width, ProjectedStride, ProjectedStride);
        _outward = new DenseWeights<T>(outward, ContextStride, Input.Stride<T>(), width);
    }

    public override bool Learns => true;

    public override long Work => Input.Size * ((4L * Input.Width) + (2L * Tokens));

    private int Tokens => Input.Planes;
    private int ContextStride => _heads * _headStride;
    private int ProjectedStride => 3 * ContextStride;
    private int ShareStride => Panels<T>.RoundUp(Tokens);
    private nint ShareLength => (nint)Tokens * ShareStride;

    public override void Allocate(LayerMemory<T> memory)
    {
        _memory = memory;
        _atOnce = AtOnce(memory);
        var rows = (long)memory.Capacity * Tokens;
        _inward.Allocate(memory, rows);
        _outward.Allocate(memory, rows);
        _projected = memory.TakeValues(rows * ProjectedStride);
        _context = memory.TakeValues(rows * ContextStride);
        _shares = memory.TakeValues(memory.Capacity * _heads * ShareLength);
        _output = memory.TakeValues(rows * Input.Stride<T>());
        if (!memory.Trains)
            return;
        _projectedGradient = memory.TakeValues(rows * ProjectedStride);
        _contextGradient = memory.TakeValues(rows * ContextStride);
        _shareGradient = memory.TakeValues((long)_atOnce.Samples * _atOnce.Heads * ShareLength);
        if (_wantsInputGradient)
            _inputGradient = memory.TakeValues(rows * Input.Stride<T>());
    }

    public override T* Forward(T* input, in LayerPass pass)
    {
        _input = input;
        var rows = pass.Samples * Tokens;
        _inward.Multiply(input, Input.Stride<T>(), rows, _memory.Weights(_inwardBias), _projected, relu: false);
        var (samples, heads) = _atOnce;
        for (var sample = 0; sample < pass.Samples; sample += samples)
        {
            for (var head = 0; head < _heads; head += heads)
                Attend(sample, head, new Repeats(Math.Min(samples, pass.Samples - sample), heads));
        }
        var bias = _addsBias ? _memory.Weights(_outwardBias) : null;
        _outward.Multiply(_context, ContextStride, rows, bias, _output, relu: false);
        if (_isPart)
            _memory.SumOverParts(_output, pass.Samples * Output.Length<T>());
        return _output;
    }

    public override T* Backward(T* gradient, in LayerPass pass)
    {
        var rows = pass.Samples * Tokens;
        _outward.WeightGradient(_context, ContextStride, gradient, rows);
        _memory.Kernels.ColumnSums(gradient, rows, Input.Stride<T>(), _memory.GradientOf(_outwardBias));
        _outward.InputGradient(gradient, rows, _contextGradient, ContextStride);
        var (samples, heads) = _atOnce;
        for (var sample = 0; sample < pass.Samples; sample += samples)
        {
            for (var head = 0; head < _heads; head += heads)
                AttendBackward(sample, head, new Repeats(Math.Min(samples, pass.Samples - sample), heads));
        }
        _inward.WeightGradient(_input, Input.Stride<T>(), _projectedGradient, rows);
        _memory.Kernels.ColumnSums(_projectedGradient, rows, ProjectedStride, _memory.GradientOf(_inwardBias));
        if (_inputGradient != null)
            _inward.InputGradient(_projectedGradient, rows, _inputGradient, Input.Stride<T>());
        if (_inputGradient != null && _isPart)
            _memory.SumOverParts(_inputGradient, pass.Samples * Input.Length<T>());
        return _inputGradient;
    }

    /// <summary>
    /// Samples and heads that one call takes: one head, whose values stay in the cache; for several threads as many as
    /// they can divide; or all.
    /// </summary>
    private (int Samples, int Heads) AtOnce(LayerMemory<T> memory)
    {
        if (memory.Kernels.PrefersLargeCalls)
            return (Math.Max(1, memory.Capacity), _heads);
        var threads = memory.Kernels.Threads;
        return threads == 1 ? (1, 1) : (((2 * threads) + _heads - 1) / _heads, _heads);
    }

    // The steps from one sample, and from one head, to the next.
    private (nint Sample, nint Head) SharesStep => (_heads * ShareLength, ShareLength);

    private (nint Sample, nint Head) ContextStep => ((nint)Tokens * ContextStride, _headStride);

    private (nint Sample, nint Head) ProjectedStep => ((nint)Tokens * ProjectedStride, _headStride);

    private T* Shares(int sample, int head) => _shares + ((((nint)sample * _heads) + head) * ShareLength);

    private T* Context(T* values, int sample, int head) =>
        values + ((nint)sample * Tokens * ContextStride) + (head * _headStride);

    /// <summary>
    /// Queries (0), keys (1) or values (2) of a head: [tokens, head stride] in rows of the projection.
    /// </summary>
    private T* Projected(T* values, int part, int sample, int head) =>
        values + ((nint)sample * Tokens * ProjectedStride) + (part * ContextStride) + (head * _headStride);

    private void Attend(int sample, int head, in Repeats repeats)
    {
        var shares = Shares(sample, head);
        Compare(Projected(_projected, 0, sample, head), ProjectedStride, ProjectedStep,
            Projected(_projected, 1, sample, head), _scale, shares, repeats);
        var matrices = repeats.Outer * repeats.Inner;
        if (_causal)
            _memory.Kernels.CausalSoftmax(shares, matrices, Tokens, ShareStride);
        else
            _memory.Kernels.Softmax(shares, matrices * Tokens, ShareStride, Tokens, null, null);
        Mix(shares, transposed: false, Projected(_projected, 2, sample, head), ProjectedStride, ProjectedStep,
            Context(_context, sample, head), ContextStride, ContextStep, repeats);
    }

    /// <summary>With P the shares and dO the gradient by the head's output: dV = Pᵀ dO and dP = dO Vᵀ, then back
    /// through the softmax; dQ = dS K and dK = dSᵀ Q.</summary>
    private void AttendBackward(int sample, int head, in Repeats repeats)
    {
        T* shares = Shares(sample, head), context = Context(_contextGradient, sample, head);
        Mix(shares, transposed: true, context, ContextStride, ContextStep,
            Projected(_projectedGradient, 2, sample, head), ProjectedStride, ProjectedStep, repeats);
        Compare(context, ContextStride, ContextStep,
            Projected(_projected, 2, sample, head), T.One, _shareGradient, repeats);
        _memory.Kernels.SoftmaxGradient(
            _shareGradient, shares, repeats.Outer * repeats.Inner * Tokens, ShareStride, Tokens, _scale);
        Mix(_shareGradient, transposed: false, Projected(_projected, 1, sample, head), ProjectedStride, ProjectedStep,
            Projected(_projectedGradient, 0, sample, head), ProjectedStride, ProjectedStep, repeats);
        Mix(_shareGradient, transposed: true, Projected(_projected, 0, sample, head), ProjectedStride, ProjectedStep,
            Projected(_projectedGradient, 1, sample, head), ProjectedStride, ProjectedStep, repeats);
    }

    /// <summary>target [tokens, tokens] = scale * a bᵀ.</summary>
    private void Compare(
        T* a, int strideA, (nint, nint) stepA, T* b, T scale, T* target, in Repeats repeats) =>
        _memory.Kernels.Multiply(new DotProduct<T>
        {
            Rows = Tokens,
            Columns = Tokens,
            Depth = _headStride,
            TrueDepth = _headWidth,
            A = a,
            RowStrideA = strideA,
            B = b,
            RowStrideB = ProjectedStride,
            C = target,
            RowStrideC = ShareStride,
            Scale = scale,
            Pairs = 1,
        }, repeats with { StepA = stepA, StepB = ProjectedStep, StepC = SharesStep });

    /// <summary>target [tokens, head stride] = shares (or their transpose) times values.</summary>
    private void Mix(
        T* shares, bool transposed, T* values, int valueStride, (nint, nint) valueStep, T* target, int targetStride,
        (nint, nint) targetStep, in Repeats repeats) => _memory.Kernels.Multiply(new Product<T>
        {
            Rows = Tokens,
            Depth = Tokens,
            Columns = _headStride,
            A = shares,
            RowStride = transposed ? 1 : ShareStride,
            DepthStride = transposed ? ShareStride : 1,
            B = values,
            RowStrideB = valueStride,
            C = target,
            RowStrideC = targetStride,
            PanelStrideC = Panels<T>.Width,
        }, repeats with { StepA = SharesStep, StepB = valueStep, StepC = targetStep }, _memory.Scratch);
}
