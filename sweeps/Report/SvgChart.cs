using System.Globalization;
using System.Net;
using System.Text;

namespace TuneGraph;

/// <summary>
/// A chart as a scalable picture that any browser shows: linear axes, lines and marks, a legend. Colours are those of
/// Okabe and Ito
/// (2008), which colour-blind people can tell apart; marks differ in shape as well.
/// </summary>
internal sealed class SvgChart
{
    public const string Blue = "#0072b2";
    public const string Orange = "#e69f00";
    public const string Vermilion = "#d55e00";
    public const string Grey = "#9aa0a6";

    private const double Width = 760;
    private const double Height = 380;
    private const double Left = 72;
    private const double Right = 16;
    private const double Top = 48;
    private const double Bottom = 52;

    private readonly StringBuilder _body = new();
    private readonly List<(string Name, string Color, char Mark)> _legend = [];
    private readonly Axis _x;
    private readonly Axis _y;
    private readonly string _title;

    public SvgChart(
        string title,
        string xLabel,
        string yLabel,
        (double Low, double High) x,
        (double Low, double High) y
    )
    {
        _title = title;
        _x = new Axis(xLabel, x.Low, x.High, Left, Width - Right);
        _y = new Axis(yLabel, y.Low, y.High, Height - Bottom, Top);
    }

    public void Line(
        IEnumerable<(double X, double Y)> points,
        string color,
        double width = 1.6,
        double opacity = 1,
        string? name = null
    )
    {
        var path = string.Join(' ', points.Select(point => $"{Number(_x.At(point.X))},{Number(_y.At(point.Y))}"));
        if (path.Length > 0)
        {
            _body.Append(
                CultureInfo.InvariantCulture,
                $"<polyline points=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\" "
                + $"stroke-opacity=\"{opacity}\" stroke-linejoin=\"round\"/>\n"
            );
        }

        AddToLegend(name, color, '-');
    }

    /// <summary>Marks of one series: <c>o</c> a disc, <c>c</c> a ring, <c>x</c> a cross.</summary>
    public void Marks(
        IEnumerable<(double X, double Y, string Tip)> points,
        string color,
        char mark,
        string? name = null
    )
    {
        foreach (var (x, y, tip) in points)
        {
            _body
                .Append("<g>")
                .Append("<title>")
                .Append(WebUtility.HtmlEncode(tip))
                .Append("</title>")
                .Append(Mark(_x.At(x), _y.At(y), color, mark))
                .Append("</g>\n");
        }

        AddToLegend(name, color, mark);
    }

    public override string ToString()
    {
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" width="{Width}" height="{Height}"
              role="img" font-family="system-ui, sans-serif" font-size="12">
            <title>{WebUtility.HtmlEncode(_title)}</title>
            <rect width="{Width}" height="{Height}" fill="#ffffff"/>
            <text x="{Left}" y="22" font-size="15" font-weight="600" fill="#202124">{WebUtility.HtmlEncode(
                _title
            )}</text>

            """
        );
        AppendAxes(svg);
        svg.Append(_body);
        AppendLegend(svg);
        return svg.Append("</svg>\n").ToString();
    }

    private static string Mark(double x, double y, string color, char mark) =>
        mark switch
        {
            'o' => $"<circle cx=\"{Number(x)}\" cy=\"{Number(y)}\" r=\"3.4\" fill=\"{color}\"/>",
            'c' =>
                $"<circle cx=\"{Number(x)}\" cy=\"{Number(y)}\" r=\"3\" fill=\"none\" stroke=\"{color}\" "
                + $"stroke-width=\"1.3\"/>",
            'x' =>
                $"<path d=\"M{Number(x - 3)} {Number(y - 3)}l6 6m0 -6l-6 6\" stroke=\"{color}\" stroke-width=\"1.6\"/>",
            _ => $"<path d=\"M{Number(x - 9)} {Number(y)}h18\" stroke=\"{color}\" stroke-width=\"2\"/>",
        };

    private void AppendAxes(StringBuilder svg)
    {
        foreach (var tick in _y.Ticks())
        {
            var y = Number(_y.At(tick));
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<path d=\"M{Left} {y}H{Width - Right}\" stroke=\"#e8eaed\"/><text x=\"{Left - 8}\" y=\"{y}\" "
                + $"dy=\"4\" text-anchor=\"end\" fill=\"#5f6368\">{_y.Label(tick)}</text>\n"
            );
        }

        foreach (var tick in _x.Ticks())
        {
            var x = Number(_x.At(tick));
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<path d=\"M{x} {Height - Bottom}v5\" stroke=\"#5f6368\"/><text x=\"{x}\" "
                + $"y=\"{Height - Bottom + 19}\" text-anchor=\"middle\" fill=\"#5f6368\">{_x.Label(tick)}</text>\n"
            );
        }

        svg.Append(
            CultureInfo.InvariantCulture,
            $"""
            <path d="M{Left} {Height - Bottom}H{Width - Right}" stroke="#5f6368"/>
            <text x="{(Left + Width - Right) / 2}" y="{Height
                - 12}" text-anchor="middle" fill="#202124">{WebUtility.HtmlEncode(_x.Name)}</text>
            <text transform="translate(16 {(Top + Height - Bottom)
                / 2}) rotate(-90)" text-anchor="middle" fill="#202124">{WebUtility.HtmlEncode(_y.Name)}</text>

            """
        );
    }

    private void AppendLegend(StringBuilder svg)
    {
        var x = Width - Right;
        foreach (var (name, color, mark) in Enumerable.Reverse(_legend))
        {
            x -= (name.Length * 6.6) + 30;
            svg.Append(Mark(x + 9, 18, color, mark))
                .Append(
                    CultureInfo.InvariantCulture,
                    $"<text x=\"{Number(x + 22)}\" y=\"22\" fill=\"#202124\">{WebUtility.HtmlEncode(name)}</text>\n"
                );
        }
    }

    private void AddToLegend(string? name, string color, char mark)
    {
        if (name is not null)
            _legend.Add((name, color, mark));
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private readonly struct Axis
    {
        private readonly double _low;
        private readonly double _high;
        private readonly double _from;
        private readonly double _to;
        private readonly double _tick;

        public Axis(string name, double low, double high, double from, double to)
        {
            Name = name;
            (_from, _to) = (from, to);
            if (high - low < 1e-12 * Math.Max(1, Math.Abs(high)))
                (low, high) = (low - 0.5, high + 0.5);
            _tick = NiceTick(high - low);
            _low = Math.Floor(low / _tick) * _tick;
            _high = Math.Ceiling(high / _tick) * _tick;
        }

        public string Name { get; }

        public double At(double value) =>
            _from + ((Math.Clamp(value, _low, _high) - _low) / (_high - _low) * (_to - _from));

        public IEnumerable<double> Ticks()
        {
            var count = (int)Math.Round((_high - _low) / _tick);
            for (var i = 0; i <= count; i++)
                yield return _low + (i * _tick);
        }

        public string Label(double tick)
        {
            var decimals = Math.Clamp(-(int)Math.Floor(Math.Log10(_tick) + 1e-9), 0, 10);
            return Math.Round(tick, decimals).ToString("F" + decimals, CultureInfo.InvariantCulture);
        }

        // The step from 1, 2, 5 × 10^k that gives four to ten ticks.
        private static double NiceTick(double span)
        {
            var rough = span / 6;
            var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
            return power
                * (
                    (rough / power) switch
                    {
                        < 1.5 => 1,
                        < 3.5 => 2,
                        < 7.5 => 5,
                        _ => 10,
                    }
                );
        }
    }
}
