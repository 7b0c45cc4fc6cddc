using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using TuneGraph.Tests.Sidecar;

namespace TuneGraph.Tests.Dapr;

/// <summary>The rules of the double, each as it was read in dapr 1.18.3.</summary>
public sealed class BrokerTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Broker _broker;

    public BrokerTests() => _broker = new Broker(_time);

    public void Dispose() => _broker.Dispose();

    [Fact]
    public void Consumers_of_one_name_share_the_messages_and_others_get_them_all()
    {
        _broker.With("bus");
        using var one = _broker.Subscribe("bus", "t", "a", null);
        using var two = _broker.Subscribe("bus", "t", "a", null);
        using var other = _broker.Subscribe("bus", "t", "b", null);
        Publish(1, 2, 3, 4);
        Assert.Equal([1, 3], Taken(one));
        Assert.Equal([2, 4], Taken(two));
        Assert.Equal([1, 2, 3, 4], Taken(other));
    }

    [Fact]
    public void A_new_consumer_gets_all_that_the_topic_has_kept()
    {
        _broker.With("bus", new() { ReplaysFromStart = true }).With("plain");
        Publish(1, 2);
        using var late = _broker.Subscribe("bus", "t", "late", null);
        Assert.Equal([1, 2], Taken(late));
        _broker.Publish("plain", "t", ByteString.CopyFrom(1), "");
        using var missed = _broker.Subscribe("plain", "t", "late", null);
        Assert.Empty(Taken(missed));
    }

    [Fact]
    public void What_is_not_answered_in_time_comes_again_under_another_id()
    {
        _broker.With("bus");
        using var stream = _broker.Subscribe("bus", "t", "a", null);
        Publish(7);
        Assert.True(stream.Deliveries.TryRead(out var first));
        _time.Advance(TimeSpan.FromSeconds(14));
        Assert.False(stream.Deliveries.TryRead(out _));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(stream.Deliveries.TryRead(out var again));
        Assert.Equal(first.Message, again.Message);
        Assert.NotEqual(first.Id, again.Id);
        stream.Settle(again.Id);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(stream.Deliveries.TryRead(out _));
    }

    [Fact]
    public void What_a_stream_has_not_answered_goes_to_the_next_one()
    {
        _broker.With("bus");
        using (var gone = _broker.Subscribe("bus", "t", "a", null))
        {
            Publish(5);
            Assert.Equal([5], Taken(gone));
        }
        using var next = _broker.Subscribe("bus", "t", "a", null);
        Assert.Equal([5], Taken(next));
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("dead", 0)]
    public void What_fails_is_lost_unless_there_is_a_dead_letter_topic(string? deadLetters, int lost)
    {
        _broker.With("bus", new() { Retries = 1 });
        using var dead = _broker.Subscribe("bus", "dead", "d", null);
        using var stream = _broker.Subscribe("bus", "t", "a", deadLetters);
        Publish(9);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.True(stream.Deliveries.TryRead(out var delivery));
            stream.Fail(delivery.Id);
        }
        Assert.False(stream.Deliveries.TryRead(out _));
        Assert.Equal((lost, 1 - lost), ((int)_broker.Counts.Lost, Taken(dead).Count));
    }

    [Fact]
    public void Faults_are_those_of_the_seed()
    {
        var faults = new SidecarFaults { Seed = 3, Duplicate = 0.2, Reorder = 0.2, Loss = 0.1 };
        _broker.With("bus", faults).With("twin", faults);
        using var one = _broker.Subscribe("bus", "t", "a", null);
        using var two = _broker.Subscribe("twin", "t", "a", null);
        foreach (var pubsub in new[] { "bus", "twin" })
            for (byte i = 0; i < 200; i++)
                _broker.Publish(pubsub, "t", ByteString.CopyFrom(i), "");
        _time.Advance(TimeSpan.FromSeconds(1));
        var got = Taken(one);
        Assert.Equal(got, Taken(two));
        Assert.NotEqual(got.Order(), got);
        Assert.True(got.Count > got.Distinct().Count() && got.Distinct().Count() < 200);
    }

    [Fact]
    public void A_message_stays_in_the_broker_as_long_as_it_is_told()
    {
        _broker.With("bus", new() { Delay = TimeSpan.FromSeconds(2) });
        using var stream = _broker.Subscribe("bus", "t", "a", null);
        Publish(1);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(Taken(stream));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([1], Taken(stream));
    }

    private static List<int> Taken(Subscription stream)
    {
        var taken = new List<int>();
        while (stream.Deliveries.TryRead(out var delivery))
            taken.Add(delivery.Message.Data[0]);
        return taken;
    }

    private void Publish(params byte[] messages)
    {
        foreach (var message in messages)
            _broker.Publish("bus", "t", ByteString.CopyFrom(message), "");
    }
}
