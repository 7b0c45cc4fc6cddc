using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>
/// Two linear layers, with nothing but functions of single units between, that ranks divide: the first by its outputs,
/// the second by its inputs. Shoeybi et al. 2019, arXiv:1909.08053, section 3.
/// </summary>
/// <param name="Start">Place of the first in the list of layers.</param>
/// <param name="End">The place after the second; that after the first where they are no pair.</param>
internal readonly record struct LayerPair(int Start, int End)
{
    private bool IsPair => End > Start + 1;

    /// <summary>The pair that begins at a place, if one does.</summary>
    public static LayerPair At(ImmutableArray<LayerSpec> specs, int start, TensorPart? part)
    {
        if (part is not { } parts || specs[start] is not LinearSpec first || first.Units < parts.Ranks)
            return new LayerPair(start, start + 1);
        var end = start + 1;
        while (end < specs.Length && specs[end] is ActivationSpec or DropoutSpec)
            end++;
        return new LayerPair(start, end < specs.Length && specs[end] is LinearSpec ? end + 1 : start + 1);
    }

    /// <summary>Tells a layer at a place which units it has.</summary>
    public LayerPlace Divide(in LayerPlace place, ImmutableArray<LayerSpec> specs, int at) => !IsPair
        ? place with { Into = null, From = null }
        : at == Start
            ? place with { Into = place.Part!.Value.Of(((LinearSpec)specs[at]).Units), From = null }
            : place with { Into = null, From = place.Into ?? place.From };
}
