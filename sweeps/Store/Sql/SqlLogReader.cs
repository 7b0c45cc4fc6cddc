using System.Collections.Immutable;
using System.Data.Common;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// Puts a study's log together from the tables that its events went to, in the order of their sequence numbers.
/// </summary>
/// <param name="session">The database.</param>
/// <param name="study">The study's row.</param>
/// <param name="first">Sequence number of the first event to read.</param>
internal sealed class SqlLogReader(SqlSession session, long study, long first)
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private (string Text, DateTimeOffset Time) _lastTime = ("", default);

    private const string NewSteps = "FROM intermediate_values AS one WHERE one.study = $0 AND one.sequence >= $1";

    // In the order of the table: the index that leads to what is new would seek each step of all on its own.
    private const string AllSteps = "FROM intermediate_values AS one WHERE one.study = $0 AND +one.sequence >= $1";
    private const string StepsOfTrial = "FROM intermediate_values AS one WHERE one.study = $0 AND one.trial = $1";
    private const string TimedSteps = NewSteps + " AND one.times IS NOT NULL";

    // Seeks the last step of each trial, instead of going through all steps of all.
    private const string LastSteps =
        """
        FROM trials CROSS JOIN intermediate_values AS one
        WHERE trials.study = $0 AND asked_sequence >= $1 AND one.study = $0 AND one.trial = trials.number
            AND one.step = (SELECT MAX(step) FROM intermediate_values WHERE study = $0 AND trial = trials.number)
        """;

    public ImmutableArray<LoggedEvent> Read()
    {
        var kinds = Kinds(first == 0 ? AllSteps : NewSteps);
        if (kinds.All(kind => kind.Count == 0))
            return [];
        // Sequence numbers have few gaps if any, so the events are put in their places instead of sorted.
        var last = kinds.Max(kind => kind.Count == 0 ? first : kind.Max(placed => placed.Sequence));
        var log = new LoggedEvent?[last - first + 1];
        foreach (var placed in kinds.SelectMany(kind => kind))
            log[placed.Sequence - first] = placed.Event;
        return [.. log.OfType<LoggedEvent>()];
    }

    /// <summary>The events alone, without times and metrics; they are made one by one as they are asked for.</summary>
    public IEnumerable<StudyEvent> ReadEvents()
    {
        var others = Others().SelectMany(kind => kind).ToArray();
        Array.Sort(others, static (one, other) => one.Sequence.CompareTo(other.Sequence));
        return Merged(others, ReadSlots());
    }

    /// <summary>The log with the last step of each trial alone, and where each of these events stands in it.</summary>
    public (ImmutableArray<LoggedEvent> Log, ImmutableArray<int> Places) ReadOutline()
    {
        var placed = Kinds(LastSteps).SelectMany(kind => kind).ToArray();
        Array.Sort(placed, static (one, other) => one.Sequence.CompareTo(other.Sequence));
        return ([.. placed.Select(one => one.Event)], [.. placed.Select(one => (int)one.Sequence)]);
    }

    /// <summary>The steps of a trial.</summary>
    public IEnumerable<LoggedEvent> ReadSteps(int trial) => Ordered(Reported(StepsOfTrial, trial));

    /// <summary>The steps whose times are known.</summary>
    public List<LoggedEvent> ReadTimedSteps() => [.. Ordered(Reported(TimedSteps, first))];

    private List<Placed>[] Kinds(string steps) => [.. Others(), Reported(steps, first)];

    private List<Placed>[] Others() => [Asked(), Imported(), Budgets(), Ranges(), Suggested(), Paused(), Told()];

    private StepSlots ReadSlots()
    {
        const string Last = "SELECT COALESCE(MAX(sequence), -1) FROM intermediate_values WHERE study = $0";
        var slots = new StepSlots(session.Rows(Last, row => row.GetInt64(0), study)[0], More(AllSteps, first));
        session.Each(
            // Trial and step in one number: each column of a row costs as much as the row.
            $"SELECT one.sequence, one.trial * {StepSlots.StepsOfTrial} + one.step, one.value {AllSteps}",
            row => slots.Add(row.GetInt64(0), row.GetInt64(1), row.GetDouble(2)),
            study,
            first);
        return slots;
    }

    private static IEnumerable<StudyEvent> Merged(Placed[] others, StepSlots steps)
    {
        var at = 0L;
        foreach (var other in others)
        {
            for (; at < other.Sequence; at++)
            {
                if (steps.At(at) is { } step)
                    yield return step;
            }

            yield return other.Event.Event;
        }

        for (; at < steps.Count; at++)
        {
            if (steps.At(at) is { } step)
                yield return step;
        }
    }

    private static IEnumerable<LoggedEvent> Ordered(List<Placed> steps) =>
        steps.OrderBy(step => step.Sequence).Select(step => step.Event);

    private List<Placed> Asked()
    {
        var given = Given();
        return Rows(
            """
            SELECT asked_sequence, asked_at, number, given, origins.donor, origins.step, why
            FROM trials LEFT JOIN origins ON origins.study = trials.study AND origins.trial = trials.number
            WHERE trials.study = $0 AND asked_sequence >= $1
            """,
            row => new TrialAsked(
                row.GetInt32(2),
                given.GetValueOrDefault(row.GetInt32(2), Configuration.Empty),
                row.Flag(3),
                row.Int(4) is { } donor ? new TrialOrigin(donor, row.GetInt32(5)) : null
            )
            {
                Why = row.Text(6),
            }
        );
    }

    private Dictionary<int, Configuration> Given()
    {
        var given = new Dictionary<int, Configuration>();
        var (trial, values) = (-1, new List<KeyValuePair<string, ParameterValue>>());
        session.Each(
            """
            SELECT number, name, asked_value
            FROM trials CROSS JOIN parameters
            WHERE trials.study = $0 AND asked_sequence >= $1
                AND parameters.study = $0 AND parameters.trial = number AND asked_value IS NOT NULL
            ORDER BY number, position
            """,
            row =>
            {
                if (row.GetInt32(0) is var number && number != trial)
                {
                    Keep();
                    trial = number;
                }

                values.Add(new(One(row.GetString(1)), ParameterValue.Decode(row.GetString(2))));
            },
            study,
            first);
        Keep();
        return given;

        void Keep()
        {
            if (values.Count > 0)
                given.Add(trial, new Configuration(values));
            values.Clear();
        }
    }

    private List<Placed> Imported() =>
        Rows(
            """
            SELECT sequence, at, number, source, parameters, objectives
            FROM imports WHERE study = $0 AND sequence >= $1
            """,
            row => new TrialImported(
                row.GetInt32(2),
                row.GetString(3),
                ImportedText.ReadConfiguration(row.GetString(4)),
                ImportedText.ReadValues(row.GetString(5))
            )
        );

    private List<Placed> Budgets() =>
        Rows(
            "SELECT sequence, at, number, trials, steps, cost FROM budgets WHERE study = $0 AND sequence >= $1",
            row => new BudgetChanged(
                row.GetInt32(2),
                new StudyBudget
                {
                    Trials = row.Int(3),
                    Steps = row.IsDBNull(4) ? null : row.GetInt64(4),
                    Cost = row.Real(5),
                }
            )
        );

    private List<Placed> Ranges() =>
        Rows(
            "SELECT sequence, at, number, parameters FROM ranges WHERE study = $0 AND sequence >= $1",
            row => new RangesChanged(row.GetInt32(2), ParameterText.ReadAll(row.GetString(3)))
        );

    private List<Placed> Suggested() =>
        Rows(
            "SELECT sequence, at, trial, declaration, value FROM parameters WHERE study = $0 AND sequence >= $1",
            row => new ParameterSuggested(
                row.GetInt32(2),
                ParameterText.Read(row.GetString(3)),
                ParameterValue.Decode(row.GetString(4))
            )
        );

    private List<Placed> Reported(string which, long number)
    {
        var more = More(which, number);
        return Rows(
            $"""
            SELECT one.sequence, one.at, one.trial, one.step, one.value, train_loss, val_loss, val_accuracy, parameters,
                val_f1, val_roc_auc, val_average_precision, val_rmse, val_mae, val_r2, measures, notes,
                times, CASE WHEN COALESCE(train_loss, val_loss, val_accuracy, parameters, val_f1, val_roc_auc,
                    val_average_precision, val_rmse, val_mae, val_r2) IS NOT NULL
                    OR COALESCE(measures, notes, times) IS NOT NULL THEN 1 END
             {which}
            """,
            row => new StepReported(
                row.GetInt32(2),
                row.GetInt32(3),
                more.Count == 0
                    ? ValueList.Of(row.GetDouble(4))
                    : [row.GetDouble(4), .. more[(row.GetInt32(2), row.GetInt32(3))]]
            ),
            row => row.IsDBNull(18) ? null : Metrics(row),
            number
        );
    }

    /// <summary>The objectives after the first, by trial and step.</summary>
    private ILookup<(int Trial, int Step), double> More(string which, long number) =>
        Numbers(
            $"""
            SELECT more.value, more.trial, more.step
            FROM more_intermediate_values AS more JOIN (SELECT one.study, one.trial, one.step {which}) AS one
                ON one.study = more.study AND one.trial = more.trial AND one.step = more.step
            ORDER BY more.trial, more.step, objective
            """,
            row => (row.GetInt32(1), row.GetInt32(2)),
            number
        );

    private static StepMetrics Metrics(DbDataReader row) =>
        new(row.Real(5), row.Real(6), row.Real(7), row.Real(8))
        {
            ValidationF1 = row.Real(9),
            ValidationRocAuc = row.Real(10),
            ValidationAveragePrecision = row.Real(11),
            ValidationRmse = row.Real(12),
            ValidationMae = row.Real(13),
            ValidationR2 = row.Real(14),
            Measures = MeasuresText.ReadMeasures(row.Text(15)),
            Notes = MeasuresText.ReadNotes(row.Text(16)),
            Times = row.Text(17) is { } times ? StepTimes.Decode(times) : null,
        };

    private List<Placed> Paused() =>
        Rows(
            "SELECT sequence, at, trial, step FROM pauses WHERE study = $0 AND sequence >= $1",
            row => row.Int(3) is { } step ? new TrialPaused(row.GetInt32(2), step) : new TrialResumed(row.GetInt32(2))
        );

    private List<Placed> Told()
    {
        var more = Numbers(
            """
            SELECT more_values.value, trial FROM more_values JOIN trials
                ON trials.study = more_values.study AND trials.number = trial
            WHERE trials.study = $0 AND told_sequence >= $1 ORDER BY trial, objective
            """,
            row => row.GetInt32(1)
        );
        var constraints = Numbers(
            """
            SELECT constraint_values.value, trial FROM constraint_values JOIN trials
                ON trials.study = constraint_values.study AND trials.number = trial
            WHERE trials.study = $0 AND told_sequence >= $1 ORDER BY trial, position
            """,
            row => row.GetInt32(1)
        );
        return Rows(
            """
            SELECT told_sequence, told_at, number, state, value, reason, cost
            FROM trials WHERE study = $0 AND told_sequence >= $1
            """,
            row => new TrialTold(
                row.GetInt32(2),
                Enum.Parse<TrialState>(row.GetString(3)),
                row.Real(4) is { } first ? [first, .. more[row.GetInt32(2)]] : default(ValueList),
                row.Text(5),
                [.. constraints[row.GetInt32(2)]]
            )
            {
                Cost = row.Real(6),
            }
        );
    }

    /// <summary>The numbers of a table's first column by their place.</summary>
    private ILookup<T, double> Numbers<T>(string sql, Func<DbDataReader, T> place, long? number = null) =>
        session
            .Rows(sql, row => (Place: place(row), Value: row.GetDouble(0)), study, number ?? first)
            .ToLookup(row => row.Place, row => row.Value);

    private List<Placed> Rows(
        string sql,
        Func<DbDataReader, StudyEvent> read,
        Func<DbDataReader, StepMetrics?>? measure = null,
        long? number = null
    ) =>
        session.Rows(
            sql,
            row => new Placed(
                row.GetInt64(0), new LoggedEvent(Time(row), read(row), measure?.Invoke(row))),
            study,
            number ?? first
        );

    // What was written together has one time, and comes in a row.
    private DateTimeOffset Time(DbDataReader row)
    {
        var text = row.GetString(1);
        if (text != _lastTime.Text)
            _lastTime = (text, row.Time(1));
        return _lastTime.Time;
    }

    // A study has few names and many values.
    private string One(string name)
    {
        if (_names.TryGetValue(name, out var known))
            return known;
        _names.Add(name, name);
        return name;
    }

    /// <summary>An event and its place in the log.</summary>
    private readonly record struct Placed(long Sequence, LoggedEvent Event);
}
