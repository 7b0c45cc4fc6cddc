using System.Globalization;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>
/// The workers of a scheduler, and the one graph that all its studies share: who is there and until when, and which
/// attempt each of them holds. A state machine: time comes from outside, and what follows for the studies comes out of
/// <see cref="TakePosts"/>. Not thread-safe.
/// </summary>
/// <param name="options">Leases and limits.</param>
/// <param name="incarnation">
/// Sets the tokens of this scheduler's life apart from those of lives before: whoever holds one of those is late.
/// </param>
internal sealed class Fleet(FleetOptions options, string incarnation)
{
    private readonly TaskGraph _graph = new(options.Graph);
    private readonly OrderedDictionary<string, FleetMember> _members = [];
    private readonly Dictionary<string, FleetMember> _byToken = [];
    private readonly FleetAttempts _attempts = new();
    private readonly List<FleetPost> _posts = [];
    private List<GraphEvent>? _together; // what is being told at once
    private long _tokens;
    private TimeSpan? _due;
    private TimeSpan _now;

    /// <summary>Everybody who is there.</summary>
    public IEnumerable<FleetMember> Members => _members.Values;

    /// <summary>How long a worker may be silent.</summary>
    public TimeSpan Lease => options.Lease;

    /// <summary>What they run.</summary>
    public FleetAttempts Attempts => _attempts;

    /// <summary>What those have that do not leave.</summary>
    public FleetRoom Fit => new([.. Members.Where(member => !member.IsRetiring)]);

    /// <summary>What the studies have to hear, in order; empties the list.</summary>
    public IReadOnlyList<FleetPost> TakePosts()
    {
        FleetPost[] posts = [.. _posts];
        _posts.Clear();
        return posts;
    }

    /// <summary>
    /// A worker offers its slots. One that asks again, because it missed the answer, gets the same one.
    /// </summary>
    /// <exception cref="FleetException">Another worker of that name holds a lease.</exception>
    public WorkerLease Join(WorkerOffer offer, TimeSpan now)
    {
        Advance(now);
        if (_members.TryGetValue(offer.Name, out var known) && known.Offer.Instance != offer.Instance)
        {
            throw new FleetException(
                FleetCode.NameTaken,
                $"A worker named '{offer.Name}' is at work already; its lease holds for "
                    + $"{Math.Max(1, (known.LeaseEnds - now).TotalSeconds):0} s more. "
                    + "Give this one another name with --name, or wait if it is the same one, started anew.");
        }

        if (known is null)
        {
            known = new FleetMember(offer, NextToken("w"));
            _members.Add(offer.Name, known);
            _byToken.Add(known.Token, known);
            known.Disk.Report(offer.FreeBytes);
            Together([(fleet, _) => fleet.Run(new WorkerJoined(known.Spec)), (fleet, _) => fleet.LookAt(known)], now);
            PostAll(new SlotsChanged());
        }

        known.LeaseEnds = now + options.Lease;
        return new WorkerLease(known.Token, options.Lease.TotalSeconds);
    }

    /// <summary>A worker lives, and says which attempts it holds.</summary>
    /// <returns>Those that it is to end, and one for it that it does not hold yet.</returns>
    /// <exception cref="FleetException">Its lease has ended: it must join anew, and what it holds is late.</exception>
    public WorkerNews Renew(
        string workerToken, IReadOnlyCollection<string> held, TimeSpan now, MachineLoad? load = null, long? free = null)
    {
        Advance(now);
        var member = MemberOf(workerToken);
        member.LeaseEnds = now + options.Lease;
        member.Hear(load, free, now);
        LookAt(member);
        var next = member.Parts.Find(part => part.Ready is not null && !held.Contains(part.Token));
        next?.IsGiven = true;
        return new WorkerNews(
            [.. held.Where(token => _attempts.Part(token) is not { Attempt.IsStopping: false })],
            [.. member.ToHandBack.Select(part => part.Token).Where(held.Contains)],
            next?.Ready);
    }

    /// <summary>The worker that has a token.</summary>
    /// <exception cref="FleetException">Its lease has ended.</exception>
    public FleetMember MemberOf(string token) =>
        _byToken.TryGetValue(token, out var member)
            ? member
            : throw new FleetException(
                FleetCode.LeaseEnded,
                "This worker's lease has ended, or the scheduler was started anew. Register again; what it held is "
                    + "given to others, and a finished segment is taken all the same.");

    /// <inheritdoc cref="FleetAttempts.LedBy"/>
    public FleetAttempt? Find(string orderToken) => _attempts.LedBy(orderToken);

    /// <summary>The leader of a gang tells where its ranks meet; from now on the others can begin.</summary>
    public void Meet(string orderToken, GangMeeting meeting) => Find(orderToken)?.Meeting ??= meeting;

    /// <summary>A worker tells how what it ran of an attempt ended.</summary>
    /// <returns>Whether the attempt was still its own.</returns>
    public bool End(string orderToken, EndWord end, TimeSpan now)
    {
        Advance(now);
        if (_attempts.Part(orderToken) is not { } part)
            return false;
        var attempt = part.Attempt;
        var isOwn = !attempt.IsOver;
        if (attempt.End(part, end))
            Close(attempt);
        Settle(attempt);
        return isOwn;
    }

    /// <summary>A worker is about to leave: it gets no new attempts.</summary>
    public void Retire(string workerToken, TimeSpan now)
    {
        Advance(now);
        Retire(MemberOf(workerToken));
    }

    /// <summary>A worker has left. What it still held counts as lost.</summary>
    public void Leave(string workerToken, TimeSpan now)
    {
        Advance(now);
        if (_byToken.TryGetValue(workerToken, out var member))
            Lose(member, "it left");
    }

    /// <summary>Ends the leases that are over, and wakes the graph when it asked for it.</summary>
    public void Tick(TimeSpan now)
    {
        Advance(now);
        foreach (var member in Members.Where(member => member.LeaseEnds <= _now).ToList())
            Lose(member, $"no word from it for {options.Lease.TotalSeconds:0.###} s");
        foreach (var late in _attempts.Late(_now))
            Finish(late);
        if (_due <= _now)
        {
            _due = null;
            Run(new TimerFired());
        }
    }

    /// <summary>A study begins: its own tasks run in the scheduler, on as many threads as a trial has ranks.</summary>
    public void Enter(string study, int ranks, TimeSpan now)
    {
        Advance(now);
        Run(new WorkerJoined(new WorkerSpec { Id = FleetKeys.ControlPrefix + study, Slots = ranks }));
    }

    /// <summary>A study has ended, or leaves this scheduler: what it had under way is to end.</summary>
    public void Exit(string study, TimeSpan now)
    {
        Advance(now);
        foreach (var attempt in _attempts.Of(study))
            _attempts.Drop(attempt);
        TaskKey[] keys = [.. _graph.Keys.Where(key => FleetKeys.IsOf(study, key))];
        Run(new TasksCancelled([.. keys], "its study has ended"));
        foreach (var key in keys)
            Run(new TaskStopped(key, _graph.AttemptOf(key)));
        // Forgotten first: a result that is lost with its worker would be wanted again, and wait for its return.
        Run(new TasksForgotten([.. keys]));
        Run(new WorkerLost(FleetKeys.ControlPrefix + study, "its study has ended"));
        _posts.RemoveAll(post => post.Study == study);
    }

    /// <summary>What a study may have of the workers from now on.</summary>
    public void Weigh(TaskGroup study, TimeSpan now)
    {
        Advance(now);
        Run(new GroupChanged(study));
    }

    /// <summary>A study submits a task.</summary>
    public void Submit(string study, PlannedTask task, TimeSpan now)
    {
        Advance(now);
        Run(new TasksSubmitted([FleetKeys.Shared(study, task)]));
    }

    /// <summary>A study tells what happened to its tasks.</summary>
    public void Tell(string study, GraphEvent @event, TimeSpan now)
    {
        Advance(now);
        if (@event is TaskStopped stopped && _attempts.Find(study, stopped.Key, stopped.Attempt) is { } attempt)
            _attempts.Drop(attempt);
        Run(FleetKeys.Shared(study, @event));
    }

    /// <summary>
    /// What a study submits and tells in one turn: slots are given away after the last of it, so that a study which
    /// frees one is there with its next task.
    /// </summary>
    public void Together(IEnumerable<Action<Fleet, TimeSpan>> told, TimeSpan now)
    {
        _together = [];
        foreach (var tell in told)
            tell(this, now);
        (var events, _together) = (_together, null);
        foreach (var instruction in _graph.Apply([.. events]))
            Route(instruction);
    }

    /// <summary>A study has written the start of an attempt down: its workers may have it.</summary>
    public void Offer(string study, StartTask start, Func<FleetPart, TrainingOrder> order)
    {
        foreach (var part in _attempts.Find(study, start.Key, start.Attempt)?.Parts ?? [])
            part.Order = order(part);
    }

    /// <summary>
    /// Attempts of a study are to end at once: one of them, or all. Their slots are free when their workers say so, or
    /// after the grace.
    /// </summary>
    public void Stop(string study, TaskKey? key)
    {
        foreach (var attempt in _attempts.Of(study, key))
        {
            attempt.IsStopAsked = true;
            Close(attempt);
            Settle(attempt);
        }
    }

    /// <summary>What a study's oldest task that does not run waits for, in words; null when none waits.</summary>
    public string? WhyPending(string study) =>
        _graph.Keys
            .Where(key => FleetKeys.IsOf(study, key) && _graph.StateOf(key) is TaskState.Waiting or TaskState.Ready)
            .Select(key => string.Join("; ", [_graph.WhyPending(key), .. Fit.WhyAside]))
            .FirstOrDefault();

    private void Advance(TimeSpan now) => _now = now > _now ? now : _now;

    private string NextToken(string kind) =>
        string.Create(CultureInfo.InvariantCulture, $"{incarnation}-{kind}{++_tokens}");

    // What no worker was told of has ended already; who was told has so long to answer.
    private void Close(FleetAttempt attempt)
    {
        attempt.Deadline ??= _now + options.StopGrace;
        foreach (var part in attempt.Parts.Where(part => part is { End: null, IsGiven: false }))
            part.End = new EndWord(OrderOutcome.Stopped, null, null);
    }

    private void Settle(FleetAttempt attempt)
    {
        foreach (var part in attempt.Parts.Where(part => part.End is not null))
            _attempts.Drop(part);
        if (attempt.HasEnded)
            Finish(attempt);
    }

    private void Finish(FleetAttempt attempt)
    {
        _attempts.Drop(attempt);
        var (study, key, number) = (attempt.Study, attempt.Start.Key, attempt.Start.Attempt);
        if (attempt.IsOver)
        {
            Run(new TaskStopped(FleetKeys.Shared(study, key), number));
            return;
        }

        attempt.IsOver = true;
        var (part, end) = attempt.Outcome();
        var why = end.Reason ?? "no reason was given";
        if (_members.ContainsValue(part.Member))
            Judge(part.Member, end, why); // before its task is given to somebody
        Post(study, new TaskEnded(key, number, end.Meaning()));
        if (end.Outcome is OrderOutcome.Preempted or OrderOutcome.Refused)
            Run(new TaskReturned(FleetKeys.Shared(study, key), number, why));
        else if (end.Outcome is OrderOutcome.Died or OrderOutcome.Broken)
            Run(new TaskCrashed(FleetKeys.Shared(study, key), number, why));
    }

    // To the graph, what is short is memory: it gives a worker nothing new, and takes nothing away.
    private void LookAt(FleetMember member)
    {
        var isShort = member.Disk.Shortage is not null;
        if (member.IsAside == isShort)
            return;
        member.IsAside = isShort;
        Run(new WorkerMemoryReported(member.Offer.Name, isShort ? FleetMember.Full : 0));
        PostAll(new SlotsChanged());
    }

    private void Judge(FleetMember member, EndWord end, string why)
    {
        if (end.Outcome == OrderOutcome.Refused)
        {
            member.Refusal = why;
            Retire(member);
        }

        if (end.Shortage is { } shortage)
            member.Disk.Refuse(shortage);
        LookAt(member);
    }

    private void Retire(FleetMember member)
    {
        if (member.IsRetiring)
            return;
        member.IsRetiring = true;
        Run(new WorkerRetiring(member.Offer.Name));
        PostAll(new SlotsChanged());
    }

    private void Lose(FleetMember member, string reason)
    {
        _members.Remove(member.Offer.Name);
        _byToken.Remove(member.Token);
        var hit = member.Parts.Select(part => part.Attempt).ToList();
        foreach (var part in member.Parts.ToList())
        {
            var (attempt, why) = (part.Attempt, $"worker '{member.Offer.Name}' was lost: {reason}");
            part.End = new EndWord(OrderOutcome.Died, null, why);
            _attempts.Drop(part);
            if (attempt.IsOver)
                continue;
            attempt.IsOver = true;
            Post(
                attempt.Study,
                new TaskEnded(attempt.Start.Key, attempt.Start.Attempt, new TaskTakenBack(AttemptState.Lost, why)));
        }

        Run(new WorkerLost(member.Offer.Name, reason));
        foreach (var attempt in hit.Where(_attempts.Has))
        {
            Close(attempt);
            Settle(attempt);
        }

        PostAll(new SlotsChanged());
    }

    private void Post(string study, RunnerMessage message) => _posts.Add(new FleetPost(study, message));

    private void PostAll(RunnerMessage message) => _posts.Add(new FleetPost("", message));

    private void Run(GraphEvent @event)
    {
        if (_together is not null)
            _together.Add(@event with { At = _now });
        else
            foreach (var instruction in _graph.Apply(@event with { At = _now }))
                Route(instruction);
    }

    private void Route(Instruction instruction)
    {
        switch (instruction)
        {
            case StartTask start:
                var (study, key) = FleetKeys.Split(start.Key);
                var own = start with { Key = key };
                if (_members.ContainsKey(start.Ranks[0].Worker.Value))
                    _attempts.Add(new FleetAttempt(study, own, _members, () => NextToken("a")));
                Post(study, new Instructed(own));
                break;
            case StopTask stop:
                Stop(FleetKeys.Split(stop.Key).Study, FleetKeys.Split(stop.Key).Key);
                PostOwn(stop.Key, (_, own) => stop with { Key = own });
                break;
            case TaskErred erred:
                PostOwn(erred.Key, (_, own) => erred with { Key = own });
                break;
            case Graph.TaskCancelled cancelled:
                PostOwn(cancelled.Key, (_, own) => cancelled with { Key = own });
                break;
            case ReleaseResult release:
                PostOwn(release.Key, (_, own) => release with { Key = own });
                break;
            case SetTimer timer:
                _due = timer.Due;
                break;
            default:
                break; // successes are told by the studies themselves; nothing is stolen, spilled or paused
        }
    }

    private void PostOwn(TaskKey shared, Func<string, TaskKey, Instruction> own)
    {
        var (study, key) = FleetKeys.Split(shared);
        Post(study, new Instructed(own(study, key)));
    }
}
