using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// Checks, before anything runs, that the settings of a sweep built in C# and its search space fit together. The specs
/// of the training
/// engine know their own ranges; so every parameter is put at both of its ends (or at each of its choices) and the
/// specs are made.
/// </summary>
internal static class TemplateCheck
{
    /// <exception cref="TuneGraphException">A reference leads nowhere, a parameter is idle, or a setting cannot take a
    /// parameter's value.</exception>
    public static SweepSpec Checked(SweepSpec spec)
    {
        var (space, program) = (spec.Space!, (ModelProgram)spec.Program);
        var referred = References(program).ToHashSet(StringComparer.Ordinal);
        var known = space.Parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        if (referred.Except(known).FirstOrDefault() is { } unknown)
        {
            throw new TuneGraphException(
                $"The sweep '{spec.Name}' refers to '${unknown}', which is no parameter of its space; parameters: "
                + $"{string.Join(", ", known)}."
            );
        }

        var parents = space.Parameters.SelectMany(parameter => parameter.When?.Parents ?? []);
        if (known.Except(referred).Except(parents).FirstOrDefault() is { } idle)
        {
            throw new TuneGraphException(
                $"The parameter '{idle}' of the sweep '{spec.Name}' is never used; refer to it as \"${idle}\" in "
                + $"model or training, or remove it."
            );
        }

        CheckEnds(spec);
        return spec;
    }

    /// <exception cref="TuneGraphException">A setting cannot take a parameter's value.</exception>
    public static void CheckEnds(SweepSpec spec)
    {
        var (space, program) = (spec.Space!, (ModelProgram)spec.Program);
        foreach (var parameter in space.Parameters)
        {
            foreach (var value in Ends(parameter.Distribution))
                TryOut(spec, program, space, parameter, value);
        }
    }

    private static void TryOut(
        SweepSpec spec,
        ModelProgram program,
        SearchSpace space,
        Parameter parameter,
        ParameterValue value
    )
    {
        var configuration = Configuration.Empty;
        foreach (var other in space.Parameters)
        {
            if (space.IsActive(other, configuration))
                configuration = configuration.With(
                    other.Name,
                    other == parameter ? value : Ends(other.Distribution)[0]
                );
        }

        if (!space.Allows(configuration))
            return;
        try
        {
            program.Training.In(program.Model, configuration, spec.Seed);
        }
        catch (Exception e)
            when (e is ArgumentException or FormatException or InvalidOperationException or OverflowException)
        {
            throw new TuneGraphException(
                $"The sweep '{spec.Name}' cannot be trained with {parameter.Name} = {value}: {e.Message}",
                e
            );
        }
    }

    private static ImmutableArray<ParameterValue> Ends(Distribution distribution) =>
        distribution switch
        {
            CategoricalDistribution { Choices: var choices } => choices,
            _ => [distribution.Decode(0), distribution.Decode(1)],
        };

    private static IEnumerable<string> References(ModelProgram program) =>
        program.Model.References.Concat(program.Training.References).OfType<string>();
}
