using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>
/// A call of a public static method with arguments that can be written down, so that it can be carried out in another
/// process. Compared by value.
/// </summary>
/// <remarks>It names a method but does not find one: a <see cref="MethodCatalog"/> does, among the types that it was
/// given. So data never decides which code of a process can run.</remarks>
public sealed record MethodCall
{
    /// <summary>
    /// Full name of the type, and the method's: <c>Acme.Prices.Load</c>. Inner types follow a <c>+</c>.
    /// </summary>
    public required string Method
    {
        get;
        init { ArgumentException.ThrowIfNullOrEmpty(value, nameof(Method)); field = value; }
    }

    /// <summary>Parameters by name. Those left out take their defaults; cancellation tokens are never named.</summary>
    public ImmutableArray<MethodArgument> Arguments { get; init; } = [];

    /// <summary>The tasks whose results the arguments read, each once.</summary>
    public IEnumerable<TaskKey> Reads => Arguments.SelectMany(argument => argument.Reads).Distinct();

    /// <summary>Writes a call down that is given as an expression such as <c>() => Prices.Load(path)</c>.</summary>
    /// <typeparam name="T">What the method returns.</typeparam>
    /// <param name="call">A call of a public static method. Its arguments are computed now, but for the
    /// <see cref="TaskFuture{T}.Value"/> of a future (or an array of such), which stands for the result to
    /// come.</param>
    /// <exception cref="ArgumentException">It is no such call, or an argument can't be written as JSON.</exception>
    [RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
    public static MethodCall Of<T>(Expression<Func<T>> call) => NamedExpression.Read(call).Call;

    /// <summary>The same for a method that returns nothing.</summary>
    /// <param name="call">A call of a public static method.</param>
    /// <exception cref="ArgumentException">It is no such call, or an argument can't be written as JSON.</exception>
    [RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
    public static MethodCall Of(Expression<Action> call) => NamedExpression.Read(call).Call;

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">One call.</param>
    /// <exception cref="TuneGraphException">It is no call.</exception>
    public static MethodCall Parse(string json) => MethodCallJson.Read(json);

    /// <summary>The call as one JSON object.</summary>
    public string ToJson() => MethodCallJson.Write(this);

    /// <inheritdoc/>
    public bool Equals(MethodCall? other) =>
        other is not null && Method == other.Method && Arguments.SequenceEqual(other.Arguments);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Method, Arguments.Length);
}
