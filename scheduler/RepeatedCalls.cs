namespace TuneGraph.Scheduler;

/// <summary>
/// A changing call that carries the idempotency key of an earlier one gets the earlier one's answer, and changes
/// nothing. Remembers the last keys of this process.
/// </summary>
internal sealed class RepeatedCalls
{
    private const int Most = 10_000;
    private const int LongestKey = 200;

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, Task<Answer>> _answers = [];

    /// <summary>The key of a call; null when it has none.</summary>
    public static string? KeyOf(HttpContext context) =>
        context.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 and <= LongestKey } key ? key : null;

    public async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        var isChange = HttpMethods.IsPost(context.Request.Method) || HttpMethods.IsPatch(context.Request.Method);
        if (!isChange || KeyOf(context) is not { } key)
        {
            await next(context);
            return;
        }

        key = $"{context.Request.Method} {context.Request.Path} {key}";
        var mine = new TaskCompletionSource<Answer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var known = Remember(key, mine.Task);
        if (known != mine.Task)
        {
            await (await known).WriteAsync(context);
            return;
        }

        var body = context.Response.Body;
        using var copy = new MemoryStream();
        context.Response.Body = copy;
        try
        {
            await next(context);
        }
        catch (Exception e)
        {
            Forget(key); // it changed nothing: a repeated call is a new one
            mine.TrySetException(e);
            _ = mine.Task.Exception;
            throw;
        }
        finally
        {
            context.Response.Body = body;
        }

        var answer = new Answer(context.Response.StatusCode, context.Response.ContentType, copy.ToArray());
        mine.TrySetResult(answer);
        await body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private Task<Answer> Remember(string key, Task<Answer> answer)
    {
        lock (_lock)
        {
            if (_answers.TryGetValue(key, out var known))
                return known;
            if (_answers.Count >= Most)
                _answers.RemoveAt(0);
            _answers.Add(key, answer);
            return answer;
        }
    }

    private void Forget(string key)
    {
        lock (_lock)
            _answers.Remove(key);
    }

    private sealed record Answer(int Status, string? Type, byte[] Body)
    {
        public Task WriteAsync(HttpContext context)
        {
            context.Response.StatusCode = Status;
            context.Response.ContentType = Type;
            return context.Response.Body.WriteAsync(Body, context.RequestAborted).AsTask();
        }
    }
}
