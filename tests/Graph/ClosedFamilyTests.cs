using System.Reflection;
using System.Runtime.CompilerServices;
using TuneGraph.Graph;

namespace TuneGraph.Tests.Graph;

public sealed class ClosedFamilyTests
{
    public static TheoryData<Type> Events => Members<GraphEvent>();

    public static TheoryData<Type> Families => [typeof(GraphEvent), typeof(Instruction)];

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_event_is_handled(Type type)
    {
        var @event = (GraphEvent)RuntimeHelpers.GetUninitializedObject(type);
        foreach (var property in type.GetProperties().Where(property => property.CanWrite))
            property.SetValue(@event, Sample(property.PropertyType));
        new TaskGraph(new TaskGraphOptions { Validate = true }).Apply(@event);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_family_is_closed(Type family)
    {
        Assert.All(
            family.GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic),
            constructor => Assert.True(constructor.IsFamilyAndAssembly || constructor.GetParameters().Length == 1));
        Assert.All(family.Assembly.GetTypes().Where(type => type.BaseType == family), type =>
            Assert.True(type.IsSealed));
    }

    internal static TheoryData<Type> Members<T>() =>
        [.. typeof(T).Assembly.GetTypes().Where(type => type.BaseType == typeof(T))];

    private static object? Sample(Type type)
    {
        if (type == typeof(WorkerSpec))
            return new WorkerSpec { Id = "w" };
        if (type == typeof(TaskGroup))
            return new TaskGroup { Name = "g" };
        if (type == typeof(WorkerId))
            return new WorkerId("w");
        if (type == typeof(TaskKey))
            return new TaskKey("t");
        if (type == typeof(string))
            return "because";
        if (type.IsGenericType)
            return type.GetField("Empty")!.GetValue(null);
        return Activator.CreateInstance(type);
    }
}
