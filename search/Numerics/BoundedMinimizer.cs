namespace TuneGraph.Search;

/// <summary>A function of several variables, and its gradient.</summary>
/// <param name="x">Where.</param>
/// <param name="gradient">Receives the partial derivatives.</param>
/// <returns>The value; NaN or +∞ where the function cannot be taken.</returns>
internal delegate double Objective(ReadOnlySpan<double> x, Span<double> gradient);

/// <summary>
/// Minimises a smooth function in a box: limited-memory BFGS (Nocedal and Wright, "Numerical Optimization", 2nd ed.,
/// Algorithm 7.4) on the variables that are free, and steps projected onto the box (Bertsekas, "Projected Newton
/// methods", SIAM J. Control 20, 1982): a variable at a bound is held there while the gradient presses it outwards.
/// </summary>
internal sealed class BoundedMinimizer(int dimensions)
{
    private const int Memory = 8;
    private const double Armijo = 1e-4;
    private const int Halvings = 20;

    private readonly double[][] _s = Rows(dimensions); // steps, newest at _newest
    private readonly double[][] _y = Rows(dimensions); // changes of the gradient
    private readonly double[] _rho = new double[Memory];
    private readonly double[] _gradient = new double[dimensions];
    private readonly double[] _next = new double[dimensions];
    private readonly double[] _nextGradient = new double[dimensions];
    private readonly double[] _direction = new double[dimensions];
    private readonly bool[] _held = new bool[dimensions];
    private int _kept;
    private int _newest;

    /// <summary>Moves x, inside the box, to a local minimum.</summary>
    /// <param name="f">What to minimise.</param>
    /// <param name="x">The start, and then the best point found.</param>
    /// <param name="low">The least values.</param>
    /// <param name="high">The largest values.</param>
    /// <param name="evaluations">How often f may be called.</param>
    /// <param name="tolerance">Ends where no free partial derivative is larger than this.</param>
    /// <returns>The value at x.</returns>
    public double Minimize(
        Objective f, Span<double> x, ReadOnlySpan<double> low, ReadOnlySpan<double> high, int evaluations,
        double tolerance)
    {
        _kept = 0;
        for (var i = 0; i < x.Length; i++)
            x[i] = Math.Clamp(x[i], low[i], high[i]);
        var value = f(x, _gradient);
        var left = evaluations - 1;
        while (left > 0 && double.IsFinite(value) && Hold(x, low, high) > tolerance)
        {
            SetDirection();
            var before = value;
            if (!Search(f, x, low, high, ref value, ref left))
            {
                if (_kept == 0)
                    break;
                _kept = 0; // once more along the gradient
                continue;
            }

            if (before - value <= 1e-9 * Math.Max(1, Math.Abs(value)))
                break;
        }

        return value;
    }

    /// <summary>Marks the variables that a bound holds; the largest slope of the others.</summary>
    private double Hold(ReadOnlySpan<double> x, ReadOnlySpan<double> low, ReadOnlySpan<double> high)
    {
        var most = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            _held[i] = (x[i] <= low[i] && _gradient[i] > 0) || (x[i] >= high[i] && _gradient[i] < 0);
            if (!_held[i])
                most = Math.Max(most, Math.Abs(_gradient[i]));
        }

        return most;
    }

    /// <summary>direction = −H g over the free variables, by the two loops of Algorithm 7.4.</summary>
    private void SetDirection()
    {
        Span<double> alpha = stackalloc double[Memory];
        for (var i = 0; i < _direction.Length; i++)
            _direction[i] = _held[i] ? 0 : -_gradient[i];
        for (var k = 0; k < _kept; k++)
        {
            var at = (_newest - k + Memory) % Memory;
            alpha[at] = _rho[at] * Dense.Dot(_s[at], _direction);
            Dense.AddScaled(-alpha[at], _y[at], _direction);
        }

        var scale = _kept > 0
            ? 1 / (_rho[_newest] * Dense.Dot(_y[_newest], _y[_newest])) // (7.20)
            : 1 / Math.Max(1, Math.Sqrt(Dense.Dot(_direction, _direction)));
        foreach (ref var part in _direction.AsSpan())
            part *= scale;
        for (var k = _kept - 1; k >= 0; k--)
        {
            var at = (_newest - k + Memory) % Memory;
            Dense.AddScaled(alpha[at] - (_rho[at] * Dense.Dot(_y[at], _direction)), _s[at], _direction);
        }

        var slope = 0.0;
        for (var i = 0; i < _direction.Length; i++)
        {
            _direction[i] = _held[i] ? 0 : _direction[i];
            slope += _direction[i] * _gradient[i];
        }

        if (slope < 0)
            return;
        _kept = 0; // the bounds have turned the direction uphill
        for (var i = 0; i < _direction.Length; i++)
            _direction[i] = _held[i] ? 0 : -_gradient[i];
    }

    /// <summary>Shortens the step until the value falls enough, and takes it; false if it never does.</summary>
    private bool Search(
        Objective f, Span<double> x, ReadOnlySpan<double> low, ReadOnlySpan<double> high, ref double value,
        ref int left)
    {
        var length = 1.0;
        for (var trial = 0; trial < Halvings && left > 0; trial++, left--)
        {
            var slope = 0.0;
            for (var i = 0; i < x.Length; i++)
            {
                _next[i] = Math.Clamp(x[i] + (length * _direction[i]), low[i], high[i]);
                slope += _gradient[i] * (_next[i] - x[i]);
            }

            var next = f(_next, _nextGradient);
            if (double.IsFinite(next) && next <= value + (Armijo * slope))
            {
                Keep(x);
                _next.CopyTo(x);
                _nextGradient.CopyTo(_gradient);
                value = next;
                left--;
                return true;
            }

            // The minimum of the parabola through both values and the slope, within [0.1, 0.5] of the step.
            var curve = next - value - slope;
            length *= double.IsFinite(curve) && curve > 0 ? Math.Clamp(-slope / (2 * curve), 0.1, 0.5) : 0.1;
        }

        return false;
    }

    /// <summary>Remembers the step from x to next, where the curvature along it is positive.</summary>
    private void Keep(ReadOnlySpan<double> x)
    {
        var at = _kept == 0 ? 0 : (_newest + 1) % Memory;
        for (var i = 0; i < x.Length; i++)
        {
            _s[at][i] = _next[i] - x[i];
            _y[at][i] = _nextGradient[i] - _gradient[i];
        }

        var curvature = Dense.Dot(_s[at], _y[at]);
        if (curvature <= 1e-12 * Dense.Dot(_y[at], _y[at]))
            return;
        _rho[at] = 1 / curvature;
        _newest = at;
        _kept = Math.Min(_kept + 1, Memory);
    }

    private static double[][] Rows(int dimensions)
    {
        var rows = new double[Memory][];
        for (var r = 0; r < Memory; r++)
            rows[r] = new double[dimensions];
        return rows;
    }
}
