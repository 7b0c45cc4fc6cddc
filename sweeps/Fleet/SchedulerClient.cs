using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;

namespace TuneGraph;

/// <summary>
/// Speaks with a scheduler: submits sweeps, asks how they stand, stops them. Safe to use concurrently.
/// </summary>
/// <remarks>
/// Every changing call carries a key of its own, so that the scheduler knows a repeated call from a new one.
/// </remarks>
public sealed class SchedulerClient : IDisposable
{
    private const string Root = "api/v1/";
    private readonly HttpClient _http;

    /// <summary>Makes a client; connects with the first call.</summary>
    /// <param name="server">Where the scheduler listens, <c>http://127.0.0.1:5810</c> for instance.</param>
    /// <param name="token">The scheduler's token; null if it wants none.</param>
    public SchedulerClient(Uri server, string? token = null)
        : this([server], token)
    {
    }

    /// <summary>Makes a client of several schedulers that stand in for one another.</summary>
    /// <param name="servers">Where they listen, at least one.</param>
    /// <param name="token">Their token; null if they want none.</param>
    /// <param name="patience">
    /// How long a call is repeated, from one scheduler to the next, while none of them answers; none by default. They
    /// know a repeated call by its key, so it changes nothing twice.
    /// </param>
    public SchedulerClient(IReadOnlyList<Uri> servers, string? token = null, TimeSpan patience = default)
        : this(PatientHandler.FirstOf(servers), token, new PatientHandler(servers, patience))
    {
    }

    internal SchedulerClient(Uri server, string? token, HttpMessageHandler handler)
    {
        ArgumentNullException.ThrowIfNull(server);
        _http = new HttpClient(handler)
        {
            BaseAddress = new Uri(server.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (!string.IsNullOrEmpty(token))
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Submits a sweep file with its data, which is uploaded unless the scheduler has it already.</summary>
    /// <param name="path">The sweep file.</param>
    /// <param name="seed">A seed instead of the file's; null for the file's.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="SweepFileException">There are mistakes in the file; nothing was sent.</exception>
    /// <exception cref="SchedulerException">The scheduler refused it, or did not answer.</exception>
    public async Task<StudyView> SubmitAsync(
        string path, ulong? seed = null, CancellationToken cancellationToken = default)
    {
        return await SubmitAsync(SweepFile.Load(path, seed), seed, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Submits a sweep that was read, with its data, which is uploaded unless the scheduler has it
    /// already.</summary>
    /// <param name="spec">The sweep; its text goes to the scheduler, so that one built in C# cannot.</param>
    /// <param name="seed">A seed instead of the text's; null for the text's.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="SchedulerException">The scheduler refused it, or did not answer.</exception>
    public async Task<StudyView> SubmitAsync(
        SweepSpec spec, ulong? seed = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var files = ImmutableArray.CreateBuilder<ArtifactFile>();
        foreach (var file in DataFolder.FilesOf(((ModelProgram)spec.Program).Data))
        {
            var artifact = new ArtifactFile(Path.GetFileName(file), ArtifactStore.HashOf(file));
            await UploadAsync(artifact.Sha256, file, cancellationToken).ConfigureAwait(false);
            files.Add(artifact);
        }

        return await SubmitAsync(new StudySubmission(spec.Source, files.ToImmutable(), seed), cancellationToken)
            .ConfigureAwait(false);
    }

    internal Task<StudyView> SubmitAsync(StudySubmission submission, CancellationToken cancellationToken) =>
        PostAsync(
            "studies",
            submission,
            WireJson.Default.StudySubmission,
            WireJson.Default.StudyView,
            cancellationToken);

    /// <summary>All studies, by name.</summary>
    /// <exception cref="SchedulerException">The scheduler did not answer.</exception>
    public Task<ImmutableArray<StudyView>> StudiesAsync(CancellationToken cancellationToken = default) =>
        GetAsync("studies", WireJson.Default.ImmutableArrayStudyView, cancellationToken);

    /// <summary>How a study stands.</summary>
    /// <exception cref="SchedulerException">There is no such study, or no answer.</exception>
    public Task<StudyView> StudyAsync(string name, CancellationToken cancellationToken = default) =>
        GetAsync($"studies/{Escape(name)}", WireJson.Default.StudyView, cancellationToken);

    /// <summary>A study's trials, by number.</summary>
    /// <exception cref="SchedulerException">There is no such study, or no answer.</exception>
    public Task<ImmutableArray<TrialView>> TrialsAsync(string name, CancellationToken cancellationToken = default) =>
        GetAsync($"studies/{Escape(name)}/trials", WireJson.Default.ImmutableArrayTrialView, cancellationToken);

    /// <summary>A study's best trial.</summary>
    /// <exception cref="SchedulerException">None has completed, there is no such study, or no answer.</exception>
    public Task<TrialView> BestAsync(string name, CancellationToken cancellationToken = default) =>
        GetAsync($"studies/{Escape(name)}/best", WireJson.Default.TrialView, cancellationToken);

    /// <summary>A study's trials as a file.</summary>
    /// <param name="name">The study.</param>
    /// <param name="format"><c>csv</c>, <c>json</c> or <c>jsonl</c>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="SchedulerException">There is no such study, or no answer.</exception>
    public async Task<string> ExportAsync(
        string name, string format = "csv", CancellationToken cancellationToken = default)
    {
        using var answer = await SendAsync(
            HttpMethod.Get, $"studies/{Escape(name)}/export?format={Escape(format)}", null, cancellationToken)
            .ConfigureAwait(false);
        return await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The workers.</summary>
    /// <exception cref="SchedulerException">The scheduler did not answer.</exception>
    public Task<ImmutableArray<WorkerView>> WorkersAsync(CancellationToken cancellationToken = default) =>
        GetAsync("workers", WireJson.Default.ImmutableArrayWorkerView, cancellationToken);

    /// <summary>What the machines of the workers were doing in the last hour.</summary>
    /// <exception cref="SchedulerException">The scheduler did not answer.</exception>
    public Task<ImmutableArray<WorkerLoads>> LoadsAsync(CancellationToken cancellationToken = default) =>
        GetAsync("workers/loads", WireJson.Default.ImmutableArrayWorkerLoads, cancellationToken);

    /// <summary>Takes a worker out of service: it hands its trials back at their next step and gets no
    /// new ones.</summary>
    /// <param name="worker">The worker's name.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="SchedulerException">There is no such worker, or no answer.</exception>
    public Task<WorkerView> DrainAsync(string worker, CancellationToken cancellationToken = default) =>
        PostAsync($"workers/{Escape(worker)}/drain", WireJson.Default.WorkerView, cancellationToken);

    /// <summary>Stops a study: its trials end at their next step, and it can go on later.</summary>
    /// <exception cref="SchedulerException">There is no such study, or no answer.</exception>
    public Task<StudyView> StopAsync(string name, CancellationToken cancellationToken = default) =>
        PostAsync($"studies/{Escape(name)}/stop", WireJson.Default.StudyView, cancellationToken);

    /// <summary>The same as <see cref="StopAsync"/>, with another reason in the study: it is meant to go on.</summary>
    /// <exception cref="SchedulerException">There is no such study, or no answer.</exception>
    public Task<StudyView> PauseAsync(string name, CancellationToken cancellationToken = default) =>
        PostAsync($"studies/{Escape(name)}/pause", WireJson.Default.StudyView, cancellationToken);

    /// <summary>Lets a study that was stopped go on.</summary>
    /// <exception cref="SchedulerException">There is no such study, or no answer.</exception>
    public Task<StudyView> ResumeAsync(string name, CancellationToken cancellationToken = default) =>
        PostAsync($"studies/{Escape(name)}/resume", WireJson.Default.StudyView, cancellationToken);

    /// <summary>
    /// Changes what a study may spend and take of the workers: at once if it runs, else when it goes on.
    /// </summary>
    /// <exception cref="SchedulerException">There is no such study, or the change is not possible.</exception>
    public async Task<StudyView> ChangeAsync(
        string name, StudyChange change, CancellationToken cancellationToken = default)
    {
        using var content = JsonContent.Create(change, WireJson.Default.StudyChange);
        using var answer = await SendAsync(HttpMethod.Patch, $"studies/{Escape(name)}", content, cancellationToken)
            .ConfigureAwait(false);
        return await ReadAsync(answer, WireJson.Default.StudyView, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps a note and tags of a study or a trial, in place of what was noted there before.</summary>
    /// <param name="name">The study.</param>
    /// <param name="remark">The remark; one without a note and tags takes away what was noted.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="SchedulerException">There is no such study or trial, or no answer.</exception>
    public Task NoteAsync(string name, Remark remark, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(remark);
        var note = new NoteRequest(remark.Trial, remark.Note, remark.Tags);
        return TellAsync(
            $"studies/{Escape(name)}/note", Body(note, WireJson.Default.NoteRequest), cancellationToken,
            HttpMethod.Put);
    }

    /// <summary>Has a configuration tried, as a trial of a running study.</summary>
    /// <exception cref="SchedulerException">It does not fit the space, or the study does not run.</exception>
    public Task<AskedTrial> EnqueueAsync(
        string name, TrialRequest trial, CancellationToken cancellationToken = default) =>
        PostAsync(
            $"studies/{Escape(name)}/trials",
            trial,
            WireJson.Default.TrialRequest,
            WireJson.Default.AskedTrial,
            cancellationToken);

    /// <summary>Has the configuration of a trial tried once more, as a trial of its own.</summary>
    /// <exception cref="SchedulerException">There is no such trial, or the study does not run.</exception>
    public Task<AskedTrial> RetryAsync(string name, int trial, CancellationToken cancellationToken = default) =>
        PostAsync(
            FormattableString.Invariant($"studies/{Escape(name)}/trials/{trial}/retry"),
            WireJson.Default.AskedTrial,
            cancellationToken);

    /// <summary>Makes a study from a space, whose trials the caller runs; the same one again changes nothing.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="definition">
    /// What it is, as JSON or YAML: <c>space</c>, and if need be <c>objective</c> or <c>objectives</c>, <c>require</c>,
    /// <c>forbid</c>, <c>sampler</c>, <c>pruner</c>, <c>steps</c>, <c>lease</c>, <c>budget</c> and <c>seed</c>, each as
    /// in a sweep file.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="SchedulerException">
    /// It has mistakes, another one has the name, or there is no answer.
    /// </exception>
    public async Task<StudyView> MakeAsync(
        string name, string definition, CancellationToken cancellationToken = default)
    {
        using var content = new StringContent(definition, System.Text.Encoding.UTF8, "application/json");
        using var answer = await SendAsync(HttpMethod.Put, $"studies/{Escape(name)}", content, cancellationToken)
            .ConfigureAwait(false);
        return await ReadAsync(answer, WireJson.Default.StudyView, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks for trials to run.</summary>
    /// <param name="name">The study.</param>
    /// <param name="count">How many, from 1 to 1000.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="SchedulerException">There is no such study, or no answer.</exception>
    public Task<AskedTrials> AskAsync(string name, int count = 1, CancellationToken cancellationToken = default) =>
        PostAsync(
            $"studies/{Escape(name)}/ask",
            new AskRequest(count),
            WireJson.Default.AskRequest,
            WireJson.Default.AskedTrials,
            cancellationToken);

    /// <summary>Tells a step of a trial that the caller runs; the answer is whether it goes on.</summary>
    /// <exception cref="SchedulerException">There is no such trial, or no answer.</exception>
    public Task<StepAnswer> ReportAsync(
        string name, int trial, StepRequest step, CancellationToken cancellationToken = default) =>
        PostAsync(
            FormattableString.Invariant($"studies/{Escape(name)}/trials/{trial}/steps"),
            step,
            WireJson.Default.StepRequest,
            WireJson.Default.StepAnswer,
            cancellationToken);

    /// <summary>Tells how a trial ended that the caller ran.</summary>
    /// <exception cref="SchedulerException">It ended otherwise before, there is none, or no answer.</exception>
    public Task<TrialView> TellAsync(
        string name, int trial, TellRequest result, CancellationToken cancellationToken = default) =>
        PostAsync(
            FormattableString.Invariant($"studies/{Escape(name)}/trials/{trial}/tell"),
            result,
            WireJson.Default.TellRequest,
            WireJson.Default.TrialView,
            cancellationToken);

    /// <summary>How much each parameter of a study mattered whose trials the caller runs.</summary>
    /// <exception cref="SchedulerException">There is no such study, or no answer.</exception>
    public Task<ImmutableArray<ImportanceView>> ImportanceAsync(
        string name, CancellationToken cancellationToken = default) =>
        GetAsync(
            $"studies/{Escape(name)}/importance", WireJson.Default.ImmutableArrayImportanceView, cancellationToken);

    /// <summary>Lets go of the connections.</summary>
    public void Dispose() => _http.Dispose();

    internal Task<WorkerLease> JoinAsync(WorkerOffer offer, CancellationToken cancellationToken) =>
        PostAsync(
            "workers", offer, WireJson.Default.WorkerOffer, WireJson.Default.WorkerLease, cancellationToken);

    internal Task<WorkerNews> RenewAsync(string token, WorkerWord word, CancellationToken cancellationToken) =>
        PostAsync(
            $"workers/{token}/renew",
            word, WireJson.Default.WorkerWord, WireJson.Default.WorkerNews, cancellationToken);

    internal Task RetireAsync(string token, CancellationToken cancellationToken) =>
        TellAsync($"workers/{token}/retire", null, cancellationToken);

    internal Task LeaveAsync(string token, CancellationToken cancellationToken) =>
        TellAsync($"workers/{token}", null, cancellationToken, HttpMethod.Delete);

    internal Task<StepVerdict> StepAsync(string order, StepWord word, CancellationToken cancellationToken) =>
        PostAsync(
            $"orders/{order}/steps", word, WireJson.Default.StepWord, WireJson.Default.StepVerdict, cancellationToken);

    internal Task MeetAsync(string order, GangMeeting meeting, CancellationToken cancellationToken) =>
        TellAsync($"orders/{order}/meeting", Body(meeting, WireJson.Default.GangMeeting), cancellationToken);

    internal Task PrintAsync(string order, PrintedWord word, CancellationToken cancellationToken) =>
        TellAsync($"orders/{order}/printed", Body(word, WireJson.Default.PrintedWord), cancellationToken);

    internal Task EndAsync(string order, EndWord word, CancellationToken cancellationToken) =>
        TellAsync($"orders/{order}/end", Body(word, WireJson.Default.EndWord), cancellationToken);

    /// <summary>Uploads a file, unless it is there already.</summary>
    internal async Task UploadAsync(string sha256, string path, CancellationToken cancellationToken)
    {
        using (var asked = await TrySendAsync(HttpMethod.Head, $"artifacts/{sha256}", null, cancellationToken)
            .ConfigureAwait(false))
        {
            if (asked.IsSuccessStatusCode)
                return;
        }

        using var file = new StreamContent(File.OpenRead(path));
        (await SendAsync(HttpMethod.Put, $"artifacts/{sha256}", file, cancellationToken).ConfigureAwait(false))
            .Dispose();
    }

    /// <summary>Downloads a file and checks it.</summary>
    /// <exception cref="SchedulerException">It is not there, or was cut or changed on the way.</exception>
    internal async Task DownloadAsync(string sha256, string path, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"artifacts/{sha256}", null, cancellationToken)
            .ConfigureAwait(false);
        var bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        if (ArtifactStore.HashOf(bytes) != sha256)
            throw new SchedulerException(
                FleetCode.DamagedArtifact, $"The artifact {sha256} was cut or changed on its way here.");
        AtomicFile.Write(path, bytes);
    }

    // Images in the form of MNIST have their labels beside them.
    private static string Escape(string text) => Uri.EscapeDataString(text);

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(answer, type, cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> PostAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Post, path, null, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(answer, type, cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> PostAsync<TBody, T>(
        string path,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(body, bodyType);
        using var answer = await SendAsync(HttpMethod.Post, path, content, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(answer, type, cancellationToken).ConfigureAwait(false);
    }

    private static JsonContent Body<T>(T body, JsonTypeInfo<T> type) => JsonContent.Create(body, type);

    // What is answered with nothing.
    private async Task TellAsync(
        string path, HttpContent? body, CancellationToken cancellationToken, HttpMethod? method = null)
    {
        using var sent = body;
        (await SendAsync(method ?? HttpMethod.Post, path, body, cancellationToken).ConfigureAwait(false)).Dispose();
    }

    private static async Task<T> ReadAsync<T>(
        HttpResponseMessage answer, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        await answer.Content.ReadFromJsonAsync(type, cancellationToken).ConfigureAwait(false)
        ?? throw new SchedulerException("unreachable", "The scheduler's answer was empty; is it one?");

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        var answer = await TrySendAsync(method, path, content, cancellationToken).ConfigureAwait(false);
        if (answer.IsSuccessStatusCode)
            return answer;
        using (answer)
            throw await SchedulerException.OfAsync(answer, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> TrySendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, Root + path) { Content = content };
        if ((method == HttpMethod.Post || method == HttpMethod.Patch)
            && path.StartsWith("studies", StringComparison.Ordinal))
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
        try
        {
            return await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new SchedulerException(
                "unreachable",
                $"The scheduler at {_http.BaseAddress} does not answer: {e.Message.TrimEnd('.')}. Is it running, and "
                    + "is the address right?",
                e);
        }
    }
}
