using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.HttpResults;
using TuneGraph.Hosting;

namespace TuneGraph.Scheduler;

/// <summary>Workers: join, renew the lease and hear of orders, report steps and ends, leave.</summary>
internal static class WorkerEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var workers = api.MapGroup("/workers").WithTags("workers");
        workers.MapGet("", static (FleetHost fleet) =>
                TypedResults.Ok<ImmutableArray<WorkerView>>(
                    fleet.Ask<ImmutableArray<WorkerView>>(f => [.. f.Members.Select(WorkerView.Of)])))
            .WithSummary("The workers that are there.");
        workers.MapGet("/loads", static (FleetHost fleet) =>
                TypedResults.Ok<ImmutableArray<WorkerLoads>>([.. fleet.Loads()]))
            .WithSummary("What the workers' machines were doing in the last hour, a number each ten seconds.");
        workers.MapPost("/{name}/drain", static (string name, FleetHost fleet) =>
                TypedResults.Ok(fleet.Change((f, now) => Drain(f, name, now))))
            .WithSummary("Takes a worker out of service: it hands its trials back at their next step.");
        workers.MapPost("", Join).WithSummary("A worker offers its slots.");
        workers.MapPost("/{token}/renew", RenewAsync)
            .WithSummary("A worker lives; answers with an order as soon as there is one.");
        workers.MapPost("/{token}/retire", static (string token, FleetHost fleet) =>
            {
                fleet.Change((f, now) => f.Retire(token, now));
                return TypedResults.NoContent();
            })
            .WithSummary("A worker is about to leave: it gets no new orders.");
        workers.MapDelete("/{token}", static (string token, FleetHost fleet) =>
            {
                fleet.Change((f, now) => f.Leave(token, now));
                return TypedResults.NoContent();
            })
            .WithSummary("A worker has left.");
        var orders = api.MapGroup("/orders").WithTags("workers");
        orders.MapPost("/{token}/steps", static async (string token, StepWord step, ScheduledStudies studies) =>
                TypedResults.Ok(await studies.StepAsync(token, step)))
            .WithSummary("A step of a trial; answers with the verdict.");
        orders.MapPost("/{token}/meeting", static (string token, GangMeeting meeting, FleetHost fleet) =>
            {
                fleet.Change((f, _) => f.Meet(token, meeting));
                return TypedResults.NoContent();
            })
            .WithSummary("Where the ranks of a gang meet, from the worker of rank 0.");
        orders.MapPost("/{token}/printed", static (string token, PrintedWord printed, FleetHost fleet) =>
            {
                fleet.Print(token, printed);
                return TypedResults.NoContent();
            })
            .WithSummary("What the ranks of an order printed. Of one that was lost meanwhile, nothing is kept.");
        orders.MapPost("/{token}/end", static (string token, EndWord end, FleetHost fleet) =>
            {
                fleet.Change((f, now) => f.End(token, end, now));
                return TypedResults.NoContent();
            })
            .WithSummary("An order has ended. Of one that was lost meanwhile, nothing follows.");
    }

    private static WorkerView Drain(Fleet fleet, string name, TimeSpan now)
    {
        var member = fleet.Members.FirstOrDefault(member => member.Offer.Name == name)
            ?? throw new FleetException(
                FleetCode.NoWorker,
                $"There is no worker '{name}' here; 'tunegraph workers' (GET /api/v1/workers) lists them.");
        fleet.Retire(member.Token, now);
        return WorkerView.Of(member);
    }

    private static Ok<WorkerLease> Join(WorkerOffer offer, FleetHost fleet)
    {
        if (offer.Version != HostSettings.Version)
            throw new FleetException(
                FleetCode.OtherVersion,
                $"The worker '{offer.Name}' has version {offer.Version}, and this scheduler {HostSettings.Version}; "
                    + "their trials might not be the same to the last bit. Run the same version on both.");
        if (offer.Slots < 1 || string.IsNullOrWhiteSpace(offer.Name))
            throw new FleetException(FleetCode.BadRequest, "A worker needs a name and at least one slot.");
        return TypedResults.Ok(fleet.Change((f, now) => f.Join(offer, now)));
    }

    private static async Task<Ok<WorkerNews>> RenewAsync(
        string token, WorkerWord word, FleetHost fleet, HttpContext context, IHostApplicationLifetime life)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, life.ApplicationStopping);
        try
        {
            return TypedResults.Ok(await WorkerTurns.Of(token, fleet).HearAsync(token, word, ended.Token));
        }
        catch (OperationCanceledException) when (life.ApplicationStopping.IsCancellationRequested)
        {
            throw new FleetException(FleetCode.Ending, "The scheduler is ending; ask again until it is back.");
        }
    }
}
