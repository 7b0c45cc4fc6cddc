using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>Puts parents before the parameters that depend on them.</summary>
internal static class ParameterOrder
{
    /// <summary>Stable: a parameter moves only behind parents that were listed after it.</summary>
    public static ImmutableArray<Parameter> ParentsFirst(ImmutableArray<Parameter> given)
    {
        var byName = new Dictionary<string, Parameter>(StringComparer.Ordinal);
        foreach (var parameter in given)
        {
            if (!byName.TryAdd(parameter.Name, parameter))
                throw new SearchSpaceException(
                    parameter.Name, $"The search space lists '{parameter.Name}' twice; list it once.");
        }

        var ordered = ImmutableArray.CreateBuilder<Parameter>(given.Length);
        var done = new Dictionary<string, bool>(StringComparer.Ordinal); // false while its parents are being placed
        foreach (var parameter in given)
            Place(parameter);
        return ordered.DrainToImmutable();

        void Place(Parameter parameter)
        {
            if (done.TryGetValue(parameter.Name, out var placed))
            {
                if (!placed)
                    throw new SearchSpaceException(
                        parameter.Name,
                        $"Whether '{parameter.Name}' takes part depends on itself; break the circle of conditions.");
                return;
            }

            done[parameter.Name] = false;
            foreach (var name in parameter.When?.Parents ?? [])
            {
                if (!byName.TryGetValue(name, out var parent))
                    throw new SearchSpaceException(
                        parameter.Name,
                        $"'{parameter.Name}' takes part when {parameter.When}, but there is no parameter '{name}'; "
                        + "add it or correct the name, or put it in quotes if it is a text.");
                Place(parent);
            }

            done[parameter.Name] = true;
            ordered.Add(parameter);
        }
    }
}
